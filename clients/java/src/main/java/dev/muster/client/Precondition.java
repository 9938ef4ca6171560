package dev.muster.client;

import org.jspecify.annotations.Nullable;

/** What must be so for a write to happen. With one, a write can be repeated safely. */
public final class Precondition {
  private static final Precondition NONE = new Precondition(null, "");
  private static final Precondition CREATE = new Precondition("If-None-Match", "*");
  private static final Precondition EXISTS = new Precondition("If-Match", "*");

  private final @Nullable String header;
  private final String value;

  private Precondition(@Nullable String header, String value) {
    this.header = header;
    this.value = value;
  }

  /** None: the last writer wins. */
  public static Precondition none() {
    return NONE;
  }

  /** The item does not exist; else {@link MusterException#ALREADY_EXISTS}. */
  public static Precondition createOnly() {
    return CREATE;
  }

  /** The item exists. */
  public static Precondition exists() {
    return EXISTS;
  }

  /**
   * This revision was the last to modify it ({@link Config#revision()}); else {@link
   * MusterException#REVISION_CONFLICT}.
   */
  public static Precondition ifRevision(long revision) {
    return new Precondition("If-Match", "\"" + revision + "\"");
  }

  /** Whether a write can take effect only once, however often it is sent. */
  boolean isOnce() {
    return this != NONE && this != EXISTS;
  }

  Call on(Call call) {
    return header == null ? call : call.withHeader(header, value);
  }
}
