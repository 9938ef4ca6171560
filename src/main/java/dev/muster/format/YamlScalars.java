package dev.muster.format;

import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** What a scalar of YAML is: its tag's word, else the core schema's. */
final class YamlScalars {
  private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();

  private static final Map<String, ScalarType> TAGS =
      Map.of(
          Tag.STR.getValue(), ScalarType.STRING,
          Tag.INT.getValue(), ScalarType.INTEGER,
          Tag.FLOAT.getValue(), ScalarType.DECIMAL,
          Tag.BOOL.getValue(), ScalarType.BOOLEAN,
          Tag.NULL.getValue(), ScalarType.NULL);

  static Scalar read(ScalarEvent event, Span place) {
    String text = event.getValue();
    ScalarType type = type(event, place);
    if (type == ScalarType.STRING) {
      Strings.requireWhole(text, place);
    }
    return new Scalar(type, canonical(type, text, place), place);
  }

  /** What a plain scalar of this text would be. */
  static ScalarType plainType(String text) {
    return TAGS.getOrDefault(RESOLVER.resolve(text, true).getValue(), ScalarType.STRING);
  }

  private static ScalarType type(ScalarEvent event, Span place) {
    Optional<String> tag = event.getTag();
    if (tag.isEmpty()) {
      return event.isPlain() ? plainType(event.getValue()) : ScalarType.STRING;
    }
    ScalarType asked = TAGS.getOrDefault(tag.get(), ScalarType.STRING);
    ScalarType plain = plainType(event.getValue());
    boolean fits =
        asked == ScalarType.STRING
            || asked == plain
            || (asked == ScalarType.DECIMAL && plain == ScalarType.INTEGER);
    if (!fits) {
      throw new FormatException(
          Problem.at(
              place,
              "The tag says "
                  + asked
                  + ", but '"
                  + Strings.shorten(event.getValue())
                  + "' is none."));
    }
    return asked;
  }

  private static String canonical(ScalarType type, String text, Span place) {
    return switch (type) {
      case BOOLEAN -> text.toLowerCase(Locale.ROOT);
      case NULL -> "";
      case INTEGER -> {
        boolean hex = text.startsWith("0x");
        boolean octal = text.startsWith("0o");
        String digits = hex || octal ? text.substring(2) : text;
        yield Numbers.integer(digits, hex ? 16 : octal ? 8 : 10, place);
      }
      case DECIMAL -> {
        Numbers.bound(text, place);
        yield text;
      }
      default -> text;
    };
  }

  private YamlScalars() {}
}
