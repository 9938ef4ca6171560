package dev.muster.discovery;

/**
 * What is asked for when an instance registers.
 *
 * @param presence what it lasts as long as
 */
public record Registration(Instance instance, Presence presence) {

  /** With the default weight, no tags, no metadata, and a lease of the default time. */
  public static Registration of(String address, int port) {
    return new Registration(Instance.of(address, port), Presence.Lease.DEFAULT);
  }

  public Registration with(Presence other) {
    return new Registration(instance, other);
  }
}
