package dev.muster.cluster.history;

/**
 * One request of one client and what came of it.
 *
 * @param client the process that asked; it asks one thing at a time
 * @param invokedNanos monotonic time just before it was sent
 * @param returnedNanos monotonic time just after the answer; {@link Long#MAX_VALUE} when unknown
 */
public record Operation(
    String client,
    String key,
    Request request,
    Outcome outcome,
    long invokedNanos,
    long returnedNanos) {

  public boolean isUnknown() {
    return outcome instanceof Outcome.Unknown;
  }

  /** Whether it is a write that the cluster acknowledged. */
  public boolean isAcknowledgedWrite() {
    return request.isWrite() && outcome instanceof Outcome.Done;
  }

  /** The value it would have written, or null for reads and deletes. */
  public String value() {
    if (request instanceof Request.Write write) {
      return write.value();
    }
    if (request instanceof Request.CompareAndSet swap) {
      return swap.value();
    }
    return request instanceof Request.Create create ? create.value() : null;
  }

  @Override
  public String toString() {
    return String.format(
        "%13d %13s %-12s %-10s %s -> %s",
        invokedNanos / 1000,
        isUnknown() ? "-" : Long.toString(returnedNanos / 1000),
        client,
        key,
        request,
        outcome);
  }
}
