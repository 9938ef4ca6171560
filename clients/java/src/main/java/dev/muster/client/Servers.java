package dev.muster.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The addresses, and which of them to ask first: the one that answered last, for a while; the
 * others at random, so that the clients of a server that fails spread over those that remain.
 * Thread-safe.
 */
final class Servers {
  private final List<URI> all;
  private final long[] notBeforeMillis;
  private final Timer timer;
  private final RandomGenerator random;
  private int preferred;
  private long preferredUntilMillis;

  Servers(List<URI> all, Timer timer, RandomGenerator random) {
    this.all = List.copyOf(all);
    this.notBeforeMillis = new long[all.size()];
    this.timer = timer;
    this.random = random;
    java.util.Arrays.fill(notBeforeMillis, timer.nowMillis());
    prefer(random.nextInt(all.size()));
  }

  private void prefer(int server) {
    preferred = server;
    preferredUntilMillis = timer.nowMillis() + Limits.STICKY_MILLIS;
  }

  /** Those that may be asked now, the preferred one first. */
  synchronized List<URI> order() {
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
    indexes.removeIf(i -> notBeforeMillis[i] - now > 0);
    return indexes.stream().map(all::get).toList();
  }

  /** The server has answered: it is asked first from now on. */
  synchronized void answered(URI server) {
    int index = all.indexOf(server);
    if (index != preferred) {
      prefer(index);
    }
  }

  /** The server does not want to be asked for a while. */
  synchronized void notBefore(URI server, long delayMillis) {
    notBeforeMillis[all.indexOf(server)] = timer.nowMillis() + delayMillis;
  }

  /** How long until the first of them may be asked; 0 if one may be now. */
  synchronized long pauseMillis() {
    long now = timer.nowMillis();
    long pause = Long.MAX_VALUE;
    for (long notBefore : notBeforeMillis) {
      pause = Math.min(pause, Math.max(0, notBefore - now));
    }
    return pause;
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
