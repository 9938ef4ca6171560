package dev.muster.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * The addresses, and which of them to ask first: the one that answered last, for a while; the
 * others at random, so that the clients of a server that fails spread over those that remain. A
 * server that asks to be left alone is, by calls of the same kind. Thread-safe.
 */
final class Servers {
  private final List<URI> all;
  private final Map<Call.Kind, long[]> notBeforeMillis = new EnumMap<>(Call.Kind.class);
  private final Timer timer;
  private final RandomGenerator random;
  private int preferred;
  private long preferredUntilMillis;

  Servers(List<URI> all, Timer timer, RandomGenerator random) {
    this.all = List.copyOf(all);
    this.timer = timer;
    this.random = random;
    for (Call.Kind kind : Call.Kind.values()) {
      long[] now = new long[all.size()];
      Arrays.fill(now, timer.nowMillis());
      notBeforeMillis.put(kind, now);
    }
    prefer(random.nextInt(all.size()));
  }

  /** By server. */
  private long[] notBefore(Call.Kind kind) {
    return Objects.requireNonNull(notBeforeMillis.get(kind));
  }

  private void prefer(int server) {
    preferred = server;
    preferredUntilMillis = timer.nowMillis() + Limits.STICKY_MILLIS;
  }

  /** Those that may be asked now, the preferred one first. */
  synchronized List<URI> order(Call.Kind kind) {
    long now = timer.nowMillis();
    if (now - preferredUntilMillis > 0) {
      prefer(random.nextInt(all.size()));
    }
    List<Integer> indexes = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (i != preferred) {
        indexes.add(random.nextInt(indexes.size() + 1), i); // inside-out shuffle
      }
    }
    indexes.add(0, preferred);
    if (kind != Call.Kind.LEASE) { // a sign of life is rare, and may be the last that is in time
      long[] notBefore = notBefore(kind);
      indexes.removeIf(i -> notBefore[i] - now > 0);
    }
    return indexes.stream().map(all::get).toList();
  }

  /** The server has answered: it is asked first from now on. */
  synchronized void answered(URI server) {
    int index = all.indexOf(server);
    if (index != preferred) {
      prefer(index);
    }
  }

  /** The server does not want to be asked for such for a while. */
  synchronized void notBefore(URI server, Call.Kind kind, long delayMillis) {
    notBefore(kind)[all.indexOf(server)] = timer.nowMillis() + delayMillis;
  }

  /** How long until the first of them may be asked for such; 0 if one may be now. */
  synchronized long pauseMillis(Call.Kind kind) {
    long now = timer.nowMillis();
    long pause = Long.MAX_VALUE;
    for (long notBefore : notBefore(kind)) {
      pause = Math.min(pause, Math.max(0, notBefore - now));
    }
    return pause;
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
