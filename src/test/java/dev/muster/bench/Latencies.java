package dev.muster.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Durations of one measurement, of any thread that takes turns. */
final class Latencies {
  private long[] nanos = new long[1 << 16];
  private int count;
  private boolean sorted;

  void add(long durationNanos) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = durationNanos;
    sorted = false;
  }

  int count() {
    return count;
  }

  /** In milliseconds; the percentile is from 0 to 100. */
  double percentileMillis(double percentile) {
    if (count == 0) {
      return Double.NaN;
    }
    if (!sorted) {
      Arrays.sort(nanos, 0, count);
      sorted = true;
    }
    int index = (int) Math.ceil(percentile / 100 * count) - 1;
    return nanos[Math.max(0, index)] / 1e6;
  }

  static <T> double median(List<T> results, ToDoubleFunction<T> measured) {
    return median(results.stream().mapToDouble(measured).toArray());
  }

  static double median(double... values) {
    double[] ordered = values.clone();
    Arrays.sort(ordered);
    int middle = ordered.length / 2;
    return ordered.length % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
  }
}
