package dev.muster.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes only when told to. What it runs, it runs on the thread that tells it. */
final class ManualTimer implements Timer {
  private record Waiting(long atMillis, long delayMillis, Runnable task) {}

  private final List<Waiting> waiting = new ArrayList<>();
  private long nowMillis = -1_000; // the sign of a monotonic clock means nothing

  @Override
  public synchronized long nowMillis() {
    return nowMillis;
  }

  @Override
  public synchronized Task after(long delayMillis, Runnable task) {
    Waiting added = new Waiting(nowMillis + delayMillis, delayMillis, task);
    waiting.add(added);
    return () -> {
      synchronized (this) {
        waiting.remove(added);
      }
    };
  }

  /** The delays of all that waits, the shortest first. */
  synchronized List<Long> delays() {
    return waiting.stream().map(Waiting::delayMillis).sorted().toList();
  }

  /** Lets time pass, and does what is due then, in order. */
  void advance(long millis) {
    long end;
    synchronized (this) {
      end = nowMillis + millis;
    }
    while (true) {
      Waiting due;
      synchronized (this) {
        due =
            waiting.stream()
                .filter(w -> w.atMillis <= end)
                .min(Comparator.comparingLong(Waiting::atMillis))
                .orElse(null);
        if (due == null) {
          nowMillis = end;
          return;
        }
        nowMillis = Math.max(nowMillis, due.atMillis);
        waiting.remove(due);
      }
      due.task.run();
    }
  }
}
