package dev.muster.config;

/** Metadata that no item can have; says which part of it, and what would be right. */
public final class InvalidMetadataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  InvalidMetadataException(String field, String message) {
    super(message, null, false, false);
    this.field = field;
  }

  /** {@code contentType}, {@code owner}, {@code description} or {@code labels.NAME}. */
  public String field() {
    return field;
  }
}
