package dev.muster.boot;

import dev.muster.raft.Halt;
import dev.muster.raft.log.DamagedLogException;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What an operator is told when a node does not start: one line with what to do, and an exit code.
 * The stack trace is for DEBUG, unless nobody expected the failure.
 */
final class StartFailures {
  /** What the node was given to run with is wrong or taken (EX_CONFIG of sysexits.h). */
  static final int CONFIGURATION = 78;

  private static final int UNEXPECTED = 1;
  private static final Logger LOG = Logger.getLogger("muster");

  private StartFailures() {}

  /** Ends the process; called once it has stopped, with what made it stop if it did not start. */
  static void exit(int exitCode, @Nullable Throwable failure) {
    if (failure == null) {
      System.exit(exitCode);
      return;
    }
    CannotStartException known = find(failure);
    if (known == null) {
      LOG.errorf(failure, "This node cannot start: an unexpected error");
      System.exit(UNEXPECTED);
    } else {
      LOG.errorf("This node cannot start (exit code %d): %s", known.exitCode(), known.getMessage());
      LOG.debugf(failure, "This node cannot start");
      System.exit(known.exitCode());
    }
  }

  /** What the operator can do something about; absent for a failure that is none of these. */
  static @Nullable CannotStartException find(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CannotStartException known) {
        return known;
      }
      if (cause instanceof QuarkusBindException http) {
        return portInUse(http.getHost(), http.getPort(), http);
      }
      if (cause instanceof ConfigValidationException || cause instanceof ConfigurationException) {
        return new CannotStartException(
            CONFIGURATION, "the configuration is wrong: " + oneLine(cause), cause);
      }
    }
    return null;
  }

  static CannotStartException portInUse(String host, int port, Throwable cause) {
    return new CannotStartException(
        CONFIGURATION,
        "it cannot listen for HTTP on "
            + host
            + ":"
            + port
            + " ("
            + oneLine(cause)
            + "). Stop what has that port (see 'ss -ltnp'), or set quarkus.http.port or"
            + " quarkus.http.host",
        cause);
  }

  static CannotStartException raftPortInUse(String listening, Throwable why, Throwable failure) {
    return new CannotStartException(
        CONFIGURATION,
        "it cannot listen for the other members on "
            + listening
            + " ("
            + oneLine(why)
            + "). Stop what has that port (see 'ss -ltnp'), or set muster.cluster.members on all"
            + " nodes, or muster.cluster.bind-address, right",
        failure);
  }

  /**
   * Why the replicated log could not be opened or joined.
   *
   * @param directory where it is
   * @param listening where it listens for the other members
   */
  static CannotStartException ofNode(Exception failure, Path directory, String listening) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DamagedLogException) {
        return new CannotStartException(Halt.Reason.UNREADABLE.exitCode(), oneLine(cause), failure);
      }
      if (cause instanceof BindException
          || String.valueOf(cause.getMessage()).contains("port to bind")) {
        return raftPortInUse(listening, cause, failure);
      }
      if (cause instanceof FileSystemException) {
        return new CannotStartException(
            CONFIGURATION,
            "it cannot use its data directory "
                + directory
                + " ("
                + cause.getClass().getSimpleName()
                + ": "
                + oneLine(cause)
                + "). Let its user write there, or set muster.data.dir",
            failure);
      }
    }
    if (failure instanceof IOException) {
      return new CannotStartException(
          Halt.Reason.DISK.exitCode(),
          "reading or writing "
              + directory
              + " failed ("
              + failure
              + "). See to the disk, then start again",
          failure);
    }
    boolean told =
        failure instanceof IllegalStateException || failure instanceof IllegalArgumentException;
    return told
        ? new CannotStartException(CONFIGURATION, oneLine(failure), failure)
        : new CannotStartException(UNEXPECTED, String.valueOf(failure), failure);
  }

  static String oneLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
