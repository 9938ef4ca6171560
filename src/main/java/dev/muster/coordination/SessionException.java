package dev.muster.coordination;

/** A session cannot be used as asked. Nothing has happened. */
public final class SessionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Reason {
    /** There is no such session, or it has ended. */
    NO_SESSION,
    /** The secret is missing, or not this session's. */
    WRONG_SECRET,
    /** The owner's description is not plain text. */
    INVALID_OWNER
  }

  private final Reason reason;

  private SessionException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public static SessionException noSession(String id) {
    return new SessionException(
        Reason.NO_SESSION, "session " + id + " does not exist or has ended: open a new one");
  }

  static SessionException invalidOwner(String fault) {
    return new SessionException(Reason.INVALID_OWNER, "owner: " + fault);
  }

  static SessionException wrongSecret(long id) {
    return new SessionException(
        Reason.WRONG_SECRET,
        "the secret given is not the one that was shown when session "
            + SessionId.format(id)
            + " was opened");
  }
}
