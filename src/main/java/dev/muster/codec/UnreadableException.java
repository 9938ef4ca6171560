package dev.muster.codec;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are no entry or snapshot that this version can read: damaged, or written by a newer
 * version. The message says which, and what to do. A node that meets one must stop, for it cannot
 * know what the others do.
 */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }

  UnreadableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
