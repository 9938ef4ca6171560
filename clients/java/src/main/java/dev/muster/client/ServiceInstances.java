package dev.muster.client;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The instances of a service that were asked for, as they were at one revision. Immutable.
 *
 * @param instances the nearest first where that was asked for, those of one distance by id
 * @param revision the newest change in the list; 0 for a service that nobody has registered
 * @param isStale no server could be asked: it is the last that was known
 */
public record ServiceInstances(
    String service, List<Instance> instances, long revision, boolean isStale) {

  static ServiceInstances of(String service, View view) {
    return new ServiceInstances(
        service, InstanceJson.decode(view.snapshot()), view.snapshot().modified(), view.stale());
  }

  /**
   * One of them at random, each as likely as its weight says, however near it is: see {@link
   * Selection#spillBelow}. Empty if there is none with a weight.
   */
  public Optional<Instance> pick(RandomGenerator random) {
    long total = 0;
    for (Instance instance : instances) {
      total += instance.weight();
    }
    if (total == 0) {
      return Optional.empty();
    }
    long point = random.nextLong(total);
    for (Instance instance : instances) {
      point -= instance.weight();
      if (point < 0) {
        return Optional.of(instance);
      }
    }
    throw new AssertionError("weights do not add up");
  }
}
