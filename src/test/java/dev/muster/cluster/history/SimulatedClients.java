package dev.muster.cluster.history;

import dev.muster.cluster.history.Outcome.Conflict;
import dev.muster.cluster.history.Outcome.Done;
import dev.muster.cluster.history.Outcome.Found;
import dev.muster.cluster.history.Outcome.Missing;
import dev.muster.cluster.history.Outcome.Unknown;
import dev.muster.cluster.history.Request.CompareAndSet;
import dev.muster.cluster.history.Request.Create;
import dev.muster.cluster.history.Request.Delete;
import dev.muster.cluster.history.Request.Read;
import dev.muster.cluster.history.Request.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Clients of a store that keeps its promises, by seed: twelve at a time over five keys, each
 * operation taking effect somewhere between its call and its return; some never hear of it.
 */
final class SimulatedClients {
  private static final int CLIENTS = 12;
  private static final int KEYS = 5;
  private static final int UNKNOWN_PER_MILLE = 10;

  private final Random random;
  private final Map<String, Sighting> store = new HashMap<>();
  private long revision;

  SimulatedClients(long seed) {
    random = new Random(seed);
  }

  List<Operation> run(int count) {
    List<Operation> history = new ArrayList<>();
    long[] free = new long[CLIENTS];
    // Effects happen in the order of this loop, at times that grow; calls lie before, returns
    // after.
    for (int i = 0; i < count; i++) {
      int client = i % CLIENTS;
      long effect = 1_000L * (i + 1);
      long invoked = Math.max(free[client] + 1, effect - random.nextInt(4_000));
      long returned = effect + random.nextInt(4_000);
      free[client] = returned;
      String key = "k" + random.nextInt(KEYS);
      Request request = request(key, "v" + i);
      boolean lost = request.isWrite() && random.nextInt(1000) < UNKNOWN_PER_MILLE;
      Outcome outcome = lost && random.nextBoolean() ? new Unknown() : effect(key, request);
      history.add(
          new Operation(
              "c" + client,
              key,
              request,
              lost ? new Unknown() : outcome,
              invoked,
              lost ? Long.MAX_VALUE : returned));
    }
    return history;
  }

  private Request request(String key, String value) {
    Sighting held = store.get(key);
    long guess = held == null ? revision : held.revision() - (random.nextInt(4) == 0 ? 1 : 0);
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> new Read();
      case 3, 4 -> new Write(value);
      case 5 -> new CompareAndSet(guess, value);
      case 6 -> new Create(value);
      default -> random.nextInt(3) == 0 ? new Delete() : new CompareAndSet(guess, value);
    };
  }

  private Outcome effect(String key, Request request) {
    Sighting held = store.get(key);
    if (request instanceof Read) {
      return held == null ? new Missing() : new Found(held.revision(), held.value());
    }
    if (request instanceof Write write) {
      return put(key, write.value());
    }
    if (request instanceof Create create) {
      return held == null ? put(key, create.value()) : new Conflict(held.revision());
    }
    if (held == null) {
      return new Missing();
    }
    if (request instanceof CompareAndSet swap) {
      return held.revision() == swap.expectedRevision()
          ? put(key, swap.value())
          : new Conflict(held.revision());
    }
    store.remove(key);
    return new Done(++revision);
  }

  private Outcome put(String key, String value) {
    store.put(key, new Sighting(++revision, key, value));
    return new Done(revision);
  }
}
