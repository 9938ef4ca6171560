package dev.muster.selector;

/** An expression that is none; the message says what is wrong, where, and what would be right. */
public final class SelectorException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int position;

  SelectorException(int position, String message) {
    super(message + " (at character " + (position + 1) + ")");
    this.position = position;
  }

  /** Where, from 0 on. */
  public int position() {
    return position;
  }
}
