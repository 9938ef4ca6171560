package dev.muster.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What any structured text says, and where it says it. Equality includes the places; {@link
 * Values#same} compares what is said.
 */
public sealed interface Value {
  Span span();

  /** What a scalar is. */
  enum ScalarType {
    STRING,
    INTEGER,
    /** With a fraction or an exponent, infinite, or not a number. */
    DECIMAL,
    BOOLEAN,
    NULL,
    /** TOML's dates and times. */
    DATE_TIME,
    /** Substitutions of HOCON that its own text does not resolve, as {@code ${key:default}}. */
    REFERENCE
  }

  /**
   * One value without parts.
   *
   * @param text what is said: a string without quotes and escapes, an integer in decimal, {@code
   *     true} or {@code false}, nothing for null
   */
  record Scalar(ScalarType type, String text, Span span) implements Value {
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * Elements in their order.
   *
   * @param flow whether written in brackets
   */
  record Sequence(List<Value> items, boolean flow, Span span) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /**
   * Members by their names.
   *
   * @param members by name, in their order
   * @param flow whether written in braces
   */
  record Mapping(Map<String, Member> members, boolean flow, Span span) implements Value {
    public Mapping {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }

  /**
   * A named value.
   *
   * @param name where its name is
   */
  record Member(Span name, Value value) {}
}
