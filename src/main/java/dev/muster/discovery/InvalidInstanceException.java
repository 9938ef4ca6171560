package dev.muster.discovery;

/** A registration that nobody could use; the message says what is wrong and what would be right. */
public final class InvalidInstanceException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;

  public InvalidInstanceException(String field, String message) {
    super(field + ": " + message);
    this.field = field;
  }

  /** The part of the registration that is wrong, such as {@code address} or {@code tags[2]}. */
  public String field() {
    return field;
  }
}
