package dev.muster.discovery;

/** Discovery refuses what was asked. Nothing has happened. */
public final class DiscoveryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    UNKNOWN_NAMESPACE,
    /** Nothing is set for the service, and it has no instances. */
    UNKNOWN_SERVICE,
    /** No such instance: it never registered, has deregistered, or its lease has run out. */
    UNKNOWN_INSTANCE,
    /** Nobody has said that there is maintenance of this host. */
    UNKNOWN_HOST,
    /** The namespace has as many instances as it may. */
    TOO_MANY_INSTANCES,
    /** The instance has no lease of its own to renew: it is persistent or bound to a session. */
    NO_LEASE,
    /** The instance was modified by another revision than demanded. */
    REVISION_CONFLICT,
    /** Others changed the instance again and again while this was tried. */
    CONTENTION
  }

  private final Reason reason;
  private final long actual;
  private final long max;

  private DiscoveryException(Reason reason, String message, long actual) {
    this(reason, message, actual, -1);
  }

  private DiscoveryException(Reason reason, String message, long actual, long max) {
    super(message, null, false, false);
    this.reason = reason;
    this.actual = actual;
    this.max = max;
  }

  public Reason reason() {
    return reason;
  }

  /**
   * The revision found instead of the one demanded, or how many there are of what there are too
   * many; -1 where that says nothing.
   */
  public long actual() {
    return actual;
  }

  /** How many there may be; -1 where that says nothing. */
  public long max() {
    return max;
  }

  static DiscoveryException unknownNamespace(String namespace) {
    return new DiscoveryException(
        Reason.UNKNOWN_NAMESPACE,
        "namespace '" + namespace + "' does not exist: create it first",
        -1);
  }

  static DiscoveryException unknownService(String namespace, String service) {
    return new DiscoveryException(
        Reason.UNKNOWN_SERVICE,
        "nothing is set for service '" + service + "' of namespace '" + namespace + "'",
        -1);
  }

  static DiscoveryException unknownInstance(InstanceKey key) {
    return new DiscoveryException(
        Reason.UNKNOWN_INSTANCE,
        "instance '"
            + key.id()
            + "' of service '"
            + key.service()
            + "' is not registered, or its lease has run out: register (again)",
        -1);
  }

  static DiscoveryException unknownHost(String address) {
    return new DiscoveryException(
        Reason.UNKNOWN_HOST, "there is no maintenance of host '" + address + "'", -1);
  }

  static DiscoveryException tooManyInstances(String namespace, long actual, long max) {
    return new DiscoveryException(
        Reason.TOO_MANY_INSTANCES,
        "namespace '"
            + namespace
            + "' has "
            + actual
            + " instances, and may have "
            + max
            + ": deregister some, or raise its 'instancesMax'",
        actual,
        max);
  }

  static DiscoveryException noLease(InstanceKey key, String why) {
    return new DiscoveryException(
        Reason.NO_LEASE, "instance '" + key.id() + "' has no lease of its own: " + why, -1);
  }

  static DiscoveryException conflict(InstanceKey key, long demanded, long actual) {
    return conflict("instance '" + key.id() + "'", demanded, actual);
  }

  /**
   * @param actual the revision that was the last to change it; 0 if it is not there
   */
  static DiscoveryException conflict(String what, long demanded, long actual) {
    return new DiscoveryException(
        Reason.REVISION_CONFLICT,
        demanded == 0
            ? what + " is there already, last modified by revision " + actual
            : what
                + (actual == 0
                    ? " is not there; demanded was revision " + demanded
                    : " was last modified by revision " + actual + ", not " + demanded),
        actual);
  }

  static DiscoveryException contention(InstanceKey key) {
    return new DiscoveryException(
        Reason.CONTENTION,
        "instance '"
            + key.id()
            + "' was changed by others "
            + DiscoveryLimits.ATTEMPTS_MAX
            + " times meanwhile: do several processes register under this id?",
        -1);
  }

  static DiscoveryException contention(String service) {
    return new DiscoveryException(
        Reason.CONTENTION,
        "service '"
            + service
            + "' was changed by others "
            + DiscoveryLimits.ATTEMPTS_MAX
            + " times meanwhile",
        -1);
  }
}
