package dev.muster.discovery;

/** A registration that nobody could use; the message says what is wrong and what would be right. */
public final class InvalidInstanceException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;

  public InvalidInstanceException(String field, String message) {
    super(field + ": " + message);
    this.field = field;
  }

  /** The same of a part of what is registered: {@code checks[1]} and {@code path}. */
  public InvalidInstanceException within(String part) {
    String message = String.valueOf(getMessage()).substring(field.length() + 2);
    InvalidInstanceException outer = new InvalidInstanceException(part + "." + field, message);
    outer.initCause(this);
    return outer;
  }

  /** The part of the registration that is wrong, such as {@code address} or {@code tags[2]}. */
  public String field() {
    return field;
  }
}
