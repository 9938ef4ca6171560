package dev.muster.client;

/**
 * An instance that the client keeps registered: it renews the lease after a third of it, registers
 * again when the servers have forgotten the instance, and after an outage. Thread-safe.
 */
public interface Registration extends AutoCloseable {
  /** Where it stands. */
  enum State {
    /**
     * Not listed, or perhaps not any more: no server answers, or they refuse; it is tried again.
     */
    PENDING,
    /** Listed, as far as the last answer and the lease go. */
    REGISTERED,
    /** Another process has registered the same id later. This one keeps quiet from then on. */
    REPLACED,
    /** Given up by {@link #close()}. */
    CLOSED
  }

  String service();

  Instance instance();

  State state();

  /**
   * Says how the instance does. Does not block: servers are told at once what is another health
   * than before, and again when they have forgotten it. An instance that says nothing passes.
   *
   * @param output for people; servers keep the beginning
   */
  void report(Health health, String output);

  /**
   * Deregisters and returns when that is acknowledged, or after the client's close time-out: then
   * the lease runs out by itself. Again, it does nothing.
   */
  @Override
  void close();
}
