package dev.muster.raft.log;

import dev.muster.raft.Halt;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The first failure is the last thing that happens: it goes to {@link Halt}, and where that returns
 * (in tests) every later step is refused. After a failed force nobody knows what is on disk, so
 * nothing may be tried again. Any thread.
 */
final class FailStop {
  private final Halt halt;
  private volatile @Nullable Throwable failure;

  FailStop(Halt halt) {
    this.halt = halt;
  }

  boolean failed() {
    return failure != null;
  }

  void requireHealthy() {
    if (failure != null) {
      throw new IllegalStateException("The log stopped after a failure of the disk", failure);
    }
  }

  void run(String doing, Step step) {
    call(
        doing,
        () -> {
          step.run();
          return true;
        });
  }

  <T> T call(String doing, Call<T> step) {
    requireHealthy();
    try {
      return step.call();
    } catch (IOException e) {
      throw diskFailed(doing, e);
    }
  }

  UncheckedIOException diskFailed(String doing, IOException cause) {
    String message =
        "The disk failed while %s: %s. This node stops, so that nothing is acknowledged that is not"
                .formatted(doing, cause)
            + " on disk. Check the disk and its free space, then start the node again.";
    stop(Halt.Reason.DISK, message, cause);
    return new UncheckedIOException(message, cause);
  }

  DamagedLogException unreadable(DamagedLogException cause) {
    stop(Halt.Reason.UNREADABLE, String.valueOf(cause.getMessage()), cause);
    return cause;
  }

  private void stop(Halt.Reason reason, String message, Throwable cause) {
    if (failure == null) {
      failure = cause;
      halt.halt(reason, message, cause);
    }
  }

  /** Something that the disk may fail at. */
  interface Step {
    void run() throws IOException;
  }

  /** The same with a result. */
  interface Call<T> {
    T call() throws IOException;
  }
}
