package dev.muster.discovery;

import dev.muster.discovery.check.CheckSpec;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is asked for when an instance registers.
 *
 * @param checks that the cluster shall make of it
 * @param presence what it lasts as long as
 */
public record Registration(Instance instance, List<CheckSpec> checks, Presence presence) {
  /**
   * @throws InvalidInstanceException if a check goes to a port that the instance does not have, or
   *     two are of one id, or nobody could ask for one of the tags
   */
  public Registration {
    for (String tag : instance.tags()) {
      if (tag.indexOf(',') >= 0) {
        throw new InvalidInstanceException(
            "tags", "has '" + tag + "': a tag has no comma, for lists are asked for with tag=a,b");
      }
    }
    checks =
        CheckSpec.checkAll(
            checks, instance.ports().stream().map(Port::name).collect(Collectors.toSet()));
  }

  /** Without active checks. */
  public Registration(Instance instance, Presence presence) {
    this(instance, List.of(), presence);
  }

  /** With the default weight, no tags, no metadata, and a lease of the default time. */
  public static Registration of(String address, int port) {
    return new Registration(Instance.of(address, port), Presence.Lease.DEFAULT);
  }

  public Registration with(Presence other) {
    return new Registration(instance, checks, other);
  }

  public Registration with(List<CheckSpec> others) {
    return new Registration(instance, others, presence);
  }

  /** The components that checks speak for, and what is to be assumed until they do. */
  InstanceStatus initialIn(InstanceStatus before, long nowMillis) {
    InstanceStatus status = before;
    for (CheckSpec check : checks) {
      String component = InstanceStatus.CHECK + check.terms().id();
      if (!before.components().containsKey(component)) {
        status =
            status.with(component, check.terms().initial(), InstanceStatus.NOT_CHECKED, nowMillis);
      }
    }
    return status.retaining(this::isSpokenFor, nowMillis);
  }

  private boolean isSpokenFor(String component) {
    return !component.startsWith(InstanceStatus.CHECK)
        || checks.stream()
            .anyMatch(check -> component.equals(InstanceStatus.CHECK + check.terms().id()));
  }
}
