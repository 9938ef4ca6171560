package dev.muster.format;

import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import dev.muster.format.Value.Sequence;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/** TOML 1.0. Values have the place of their key. */
final class TomlReader {
  private static final TomlParseOptions OPTIONS =
      TomlParseOptions.sourceless()
          .withVersion(TomlVersion.V1_0_0)
          .withMaxNestingDepth(FormatLimits.DEPTH_MAX);

  /** Java leaves out seconds that are zero, which TOML demands. */
  private static final Map<Class<?>, DateTimeFormatter> WHOLE_TIME =
      Map.of(
          LocalTime.class, DateTimeFormatter.ISO_LOCAL_TIME,
          LocalDateTime.class, DateTimeFormatter.ISO_LOCAL_DATE_TIME,
          OffsetDateTime.class, DateTimeFormatter.ISO_OFFSET_DATE_TIME);

  /** A message that begins with a key, which is not to be written otherwise. */
  private static final Pattern KEY_FIRST =
      Pattern.compile("^(.{1,200}?)( previously defined| is not a table| is not an array)");

  private final Count count = new Count();

  static Value read(SourceText source) {
    TomlParseResult result = Toml.parse(source.text(), OPTIONS);
    if (result.hasErrors()) {
      throw new FormatException(
          result.errors().stream()
              .limit(FormatLimits.PROBLEMS_MAX)
              .map(error -> Problem.at(place(error.position()), sentence(error)))
              .toList());
    }
    return new TomlReader().mapping(result, Span.ofLine(1, 1), 0);
  }

  private static String sentence(TomlParseError error) {
    return Sentence.of(KEY_FIRST.matcher(error.getMessage()).replaceFirst("'$1'$2"));
  }

  private Mapping mapping(TomlTable table, Span place, int depth) {
    Map<String, Member> members = new LinkedHashMap<>();
    for (String name : table.keySet()) {
      List<String> path = List.of(name);
      Span name1 = place(table.inputPositionOf(path));
      Object value = Objects.requireNonNull(table.get(path));
      members.put(name, new Member(name1, value(value, name1, depth + 1)));
    }
    return new Mapping(members, false, place);
  }

  private Value value(Object value, Span place, int depth) {
    count.add(1, depth, place);
    if (value instanceof TomlTable table) {
      return mapping(table, place, depth);
    }
    if (value instanceof TomlArray array) {
      List<Value> items = new ArrayList<>();
      for (int i = 0; i < array.size(); i++) {
        items.add(value(array.get(i), place(array.inputPositionOf(i)), depth + 1));
      }
      return new Sequence(items, false, place);
    }
    return new Scalar(type(value), text(value), place);
  }

  private static ScalarType type(Object value) {
    if (value instanceof String) {
      return ScalarType.STRING;
    }
    if (value instanceof Long) {
      return ScalarType.INTEGER;
    }
    if (value instanceof Double) {
      return ScalarType.DECIMAL;
    }
    return value instanceof Boolean ? ScalarType.BOOLEAN : ScalarType.DATE_TIME;
  }

  private static String text(Object value) {
    if (value instanceof Double number && !Double.isFinite(number)) {
      return number.isNaN() ? "nan" : number > 0 ? "inf" : "-inf";
    }
    if (value instanceof Temporal time) {
      return WHOLE_TIME
          .getOrDefault(time.getClass(), DateTimeFormatter.ISO_LOCAL_DATE)
          .format(time);
    }
    return value.toString();
  }

  private static Span place(@Nullable TomlPosition position) {
    return position == null ? Span.ofLine(0, 0) : Span.ofLine(position.line(), position.column());
  }
}
