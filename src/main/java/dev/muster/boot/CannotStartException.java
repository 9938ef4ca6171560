package dev.muster.boot;

import org.jspecify.annotations.Nullable;

/** This node cannot start: one sentence says why, and what to do about it. */
final class CannotStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CannotStartException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
