package dev.muster.cluster;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** When what was sent, how long until whom it reached, and what must not have happened. */
final class DeliveryBook {
  private final Map<String, Long> sentNanos = new ConcurrentHashMap<>();
  private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();

  /** A content of an item: each has its own number, counting up. */
  static String content(String item, long sequence) {
    return item + " " + sequence;
  }

  static long sequence(String content) {
    return Long.parseLong(content.substring(content.lastIndexOf(' ') + 1));
  }

  void sending(String content) {
    sentNanos.put(content, System.nanoTime());
  }

  void delivered(String content) {
    Long sent = sentNanos.get(content);
    if (sent != null) {
      nanos.add(System.nanoTime() - sent);
    }
  }

  void violation(String what) {
    violations.add(what);
  }

  Queue<String> violations() {
    return violations;
  }

  /** The latencies so far, from sending the write to having its content. */
  String latencies() {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? "nothing was delivered"
        : String.format(
            Locale.ROOT,
            "%,d deliveries, p50 %.1f ms, p99 %.1f ms, last %.1f ms",
            sorted.length,
            sorted[sorted.length / 2] / 1e6,
            sorted[(int) (sorted.length * 0.99)] / 1e6,
            sorted[sorted.length - 1] / 1e6);
  }
}
