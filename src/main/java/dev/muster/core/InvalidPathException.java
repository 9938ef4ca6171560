package dev.muster.core;

/** A text that is no {@link Path}; the message says what is wrong with it. */
public final class InvalidPathException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidPathException(String message) {
    super(message);
  }
}
