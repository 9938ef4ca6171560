package dev.muster.client;

/** Follows a service; holds the last list through outages. Thread-safe. */
public interface ServiceWatch extends Subscription {
  /**
   * The latest list, from memory, without asking anybody. Empty and stale until anything is known.
   */
  ServiceInstances instances();
}
