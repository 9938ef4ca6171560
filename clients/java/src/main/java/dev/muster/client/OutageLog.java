package dev.muster.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Says what cannot be followed and when it can again, without a thousand lines for the thousand
 * items that one outage concerns. Thread-safe.
 */
final class OutageLog {
  /** So many warnings in an outage; it lasts until everything is followed again. */
  static final int WARNINGS_MAX = 10;

  private static final Logger LOG = System.getLogger(OutageLog.class.getName());

  private int failing;
  private int warnings;

  /** Something that was followed, or is to be, cannot be from now on. */
  synchronized void begins() {
    failing++;
  }

  /** It can be again, or nobody follows it any more. */
  synchronized void ends(String what) {
    LOG.log(Level.DEBUG, what + " is followed");
    failing--;
    if (failing == 0) {
      LOG.log(Level.INFO, "Nothing is left that cannot be followed; the last was " + what);
      warnings = 0;
    }
  }

  synchronized void warn(String message) {
    warnings++;
    LOG.log(warnings <= WARNINGS_MAX ? Level.WARNING : Level.DEBUG, message);
    if (warnings == WARNINGS_MAX) {
      LOG.log(Level.WARNING, "What else cannot be followed for now is logged at DEBUG");
    }
  }
}
