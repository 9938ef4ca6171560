package dev.muster.cluster.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Records operations as they happen. Any thread may record; read it when the clients have stopped.
 */
public final class History {
  private final long startNanos = System.nanoTime();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();

  /** Notes that a client is about to send a request. An outcome never told counts as unknown. */
  public Call invoke(String client, String key, Request request) {
    Call call = new Call(client, key, request);
    calls.add(call);
    return call;
  }

  /** Everything that says something: what failed for certain and unknown reads are left out. */
  public List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (Call call : calls) {
      Operation operation = call.operation;
      boolean silent =
          operation.outcome() instanceof Outcome.Failed
              || (operation.isUnknown() && !operation.request().isWrite());
      if (!silent) {
        operations.add(operation);
      }
    }
    return operations;
  }

  /** One line for each operation, the failed ones too, times in microseconds since the start. */
  public void writeTo(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, calls.stream().map(call -> call.operation.toString()).toList());
  }

  private long nanos() {
    return System.nanoTime() - startNanos;
  }

  /** A request under way. */
  public final class Call {
    private volatile Operation operation;

    private Call(String client, String key, Request request) {
      operation =
          new Operation(client, key, request, new Outcome.Unknown(), nanos(), Long.MAX_VALUE);
    }

    /** Notes the answer, and returns it. */
    public <T extends Outcome> T returned(T outcome) {
      Operation invoked = operation;
      operation =
          new Operation(
              invoked.client(),
              invoked.key(),
              invoked.request(),
              outcome,
              invoked.invokedNanos(),
              outcome instanceof Outcome.Unknown ? Long.MAX_VALUE : nanos());
      return outcome;
    }
  }
}
