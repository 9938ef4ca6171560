package dev.muster.format;

/**
 * One property of a content.
 *
 * @param key dotted, see {@link PropertyView}
 * @param value as text; empty for null and for what is empty
 * @param line where it is said, from 1; 0 if the parser does not know
 * @param column from 1; 0 if the parser does not know
 */
public record Property(String key, String value, Kind kind, int line, int column) {
  /** What the format says the value is. */
  public enum Kind {
    STRING,
    INTEGER,
    DECIMAL,
    BOOLEAN,
    NULL,
    DATE_TIME,
    REFERENCE,
    EMPTY_MAPPING,
    EMPTY_SEQUENCE;

    /** Of a text that may be a number or a boolean as JSON writes them. */
    public static Kind ofLiteral(String text) {
      return switch (Values.literal(text).type()) {
        case INTEGER -> INTEGER;
        case DECIMAL -> DECIMAL;
        case BOOLEAN -> BOOLEAN;
        default -> STRING;
      };
    }
  }

  /** Whether it says the same as another, wherever that stands. */
  public boolean saysSame(Property other) {
    return kind == other.kind && value.equals(other.value);
  }
}
