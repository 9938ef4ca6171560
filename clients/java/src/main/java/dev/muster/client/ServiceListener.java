package dev.muster.client;

/**
 * Is told of a service's instances; runs as a {@link ConfigListener} does: one call after the
 * other, in order, on the client's listener executor, the latest list and not each in between.
 */
@FunctionalInterface
public interface ServiceListener {
  /** The list, at first and after each change; it may be empty, and at the start stale. */
  void changed(ServiceInstances instances);

  /** The same list as before: no server answers any more, or one does again. */
  default void staleness(ServiceInstances instances) {}
}
