package dev.muster.door.dns;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.DoubleSupplier;

/**
 * Draws without putting back, each time by weight: the heavier stands in front the oftener
 * (Efraimidis and Spirakis, 2006). What weighs nothing is drawn only if nothing weighs anything.
 */
final class Draw {
  private Draw() {}

  private record Lot<T>(T item, double time) {}

  /**
   * @param weights of the items
   * @param chance from 0 to below 1, evenly
   */
  static <T> List<T> of(Map<T, Integer> weights, int max, DoubleSupplier chance) {
    boolean weightless = weights.values().stream().allMatch(weight -> weight == 0);
    // The one whose time is farthest is on top, to make room for a nearer one.
    PriorityQueue<Lot<T>> first =
        new PriorityQueue<>(Comparator.<Lot<T>>comparingDouble(Lot::time).reversed());
    for (Map.Entry<T, Integer> entry : weights.entrySet()) {
      int weight = weightless ? 1 : entry.getValue();
      if (weight > 0) {
        // When a clock of this rate first strikes: exponentially distributed.
        first.add(new Lot<>(entry.getKey(), -Math.log(1 - chance.getAsDouble()) / weight));
        if (first.size() > max) {
          first.remove();
        }
      }
    }
    List<Lot<T>> drawn = new ArrayList<>(first);
    drawn.sort(Comparator.comparingDouble(Lot::time));
    return drawn.stream().map(Lot::item).toList();
  }
}
