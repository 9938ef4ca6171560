package dev.muster.cluster;

import dev.muster.cluster.MusterClient.Answer;

/**
 * Values that stand in the item's content type as well: events tell the content type, not the
 * content; and what was written together must be read together.
 */
final class Marked {
  private static final String TYPE = "text/plain;value=";

  private Marked() {}

  static String type(String value) {
    return TYPE + value;
  }

  static String value(String type) {
    if (!type.startsWith(TYPE)) {
      throw new AssertionError("not one of our content types: " + type);
    }
    return type.substring(TYPE.length());
  }

  /** The value of an answer whose content and content type were written by the same write. */
  static String value(Answer answer) {
    String value = value(answer.headers().firstValue("Content-Type").orElse(""));
    if (!value.equals(answer.text())) {
      throw new AssertionError("content and content type of two different writes: " + answer);
    }
    return value;
  }
}
