package dev.muster.client;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What Muster refused, or could not answer. Programs decide by {@link #code()}: a code of the
 * servers ({@code revision-conflict}, {@code unknown-namespace}; docs/errors.md lists them), or one
 * of the client's own, which are constants here.
 */
public final class MusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** No server could be reached, or none was able to answer. */
  public static final String UNAVAILABLE = "unavailable";

  /** An answer that cannot be one of Muster's, or that is too large. */
  public static final String INVALID_ANSWER = "invalid-answer";

  /** A list changed again and again while its pages were read. */
  public static final String LIST_CHANGED = "list-changed";

  /** The thread was interrupted; its interrupt flag is set. */
  public static final String INTERRUPTED = "interrupted";

  /** The client was closed meanwhile. */
  public static final String CLOSED = "closed";

  /** More than one of {@link Limits} allows, found before anything was sent. */
  public static final String LIMIT_EXCEEDED = "limit-exceeded";

  /** The servers' code: the item does not exist. */
  public static final String UNKNOWN_ITEM = "unknown-item";

  /** The servers' code: another revision than the one demanded is there. */
  public static final String REVISION_CONFLICT = "revision-conflict";

  /** The servers' code: it was to be created and exists. */
  public static final String ALREADY_EXISTS = "already-exists";

  /** What became of a write. For reads it is always {@link #NOT_DONE}. */
  public enum Outcome {
    /** It did not happen and never will. */
    NOT_DONE,
    /** It may have happened, or may yet: read, then decide. */
    UNKNOWN
  }

  private final String code;
  private final int status;
  private final String detail;
  private final Outcome outcome;
  private final long actual;
  private final long retryAfterMillis;

  MusterException(
      String code,
      int status,
      String detail,
      Outcome outcome,
      long actual,
      long retryAfterMillis,
      @Nullable Throwable cause) {
    super(message(code, status, detail, outcome), cause);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.outcome = outcome;
    this.actual = actual;
    this.retryAfterMillis = retryAfterMillis;
  }

  /** Nothing was done. */
  MusterException(String code, String detail) {
    this(code, 0, detail, Outcome.NOT_DONE, -1, 0, null);
  }

  private static String message(String code, int status, String detail, Outcome outcome) {
    return (status == 0 ? code : status + " " + code)
        + (outcome == Outcome.UNKNOWN ? " (it may have happened, or may yet): " : ": ")
        + detail;
  }

  /** Stable; for programs. */
  public String code() {
    return code;
  }

  /** The HTTP status; 0 if there was no answer. */
  public int status() {
    return status;
  }

  /** For people: what was wrong. */
  public String detail() {
    return detail;
  }

  /** What became of the write that failed. */
  public Outcome outcome() {
    return outcome;
  }

  /** Of a {@link #REVISION_CONFLICT}: the revision that is there; 0 if nothing is. */
  public OptionalLong actual() {
    return actual < 0 ? OptionalLong.empty() : OptionalLong.of(actual);
  }

  /** How long no server wants to be asked again; 0 if they did not say. */
  long retryAfterMillis() {
    return retryAfterMillis;
  }

  /** The same failure of a write that may have happened. */
  MusterException ofUnknownOutcome(String what) {
    return new MusterException(
        code, status, detail + "; " + what, Outcome.UNKNOWN, actual, retryAfterMillis, this);
  }
}
