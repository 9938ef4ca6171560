package dev.muster.boot;

import dev.muster.raft.Halt;
import org.jboss.logging.Logger;

/**
 * Ends this process at once, without running shutdown hooks: they would wait for what is broken.
 */
final class ProcessHalt implements Halt {
  private static final Logger LOG = Logger.getLogger(ProcessHalt.class);

  @Override
  public void halt(Reason reason, String message, Throwable cause) {
    try {
      LOG.fatalf(
          cause,
          "This node stops itself (%s, exit code %d): %s",
          reason,
          reason.exitCode(),
          message);
      System.err.println("Muster stopped itself: " + message);
      System.err.flush();
    } finally {
      Runtime.getRuntime().halt(reason.exitCode());
    }
  }
}
