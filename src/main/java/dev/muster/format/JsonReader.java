package dev.muster.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import dev.muster.format.Value.Sequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON as RFC 8259 has it: no comments, no duplicate names, one value and nothing after it. Jackson
 * can refuse duplicates too, but does not tell where the first one is.
 */
final class JsonReader {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // names come from users: they must not fill a table of the whole process
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  // more than ours, which have the better sentence and place
                  .maxNestingDepth(FormatLimits.DEPTH_MAX + 2)
                  .maxNumberLength(FormatLimits.CONTENT_BYTES_MAX)
                  .maxStringLength(FormatLimits.CONTENT_BYTES_MAX)
                  .maxNameLength(FormatLimits.CONTENT_BYTES_MAX)
                  .build())
          .build();

  /** Words that are no literal; told with the place after them. */
  private static final Pattern TOKEN =
      Pattern.compile("^(?:Non-standard|Unrecognized) token '([^']+)'");

  private static final Pattern CHARACTER = Pattern.compile("^Unexpected character \\('(.)'");

  /** What Jackson says to Java programmers. */
  private static final Pattern ASIDE =
      Pattern.compile(
          " \\((?:code \\d+\\)|not recognized as one[^)]*\\)|start marker at .*$)|: enable `JsonReadFeature.*$");

  private final SourceText source;
  private final JsonParser parser;
  private final Count count = new Count();

  private JsonReader(SourceText source, JsonParser parser) {
    this.source = source;
    this.parser = parser;
  }

  static Value read(SourceText source) {
    try (JsonParser parser = JSON.createParser(source.text())) {
      JsonReader reader = new JsonReader(source, parser);
      if (parser.nextToken() == null) {
        throw new FormatException(source.problem(0, "There is no JSON value."));
      }
      Value value = reader.value(0);
      if (parser.nextToken() != null) {
        throw new FormatException(
            source.problem(reader.start(), "There is more after the end of the JSON value."));
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new FormatException(problem(source, e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading a string does no IO
    }
  }

  private static Problem problem(SourceText source, JsonProcessingException e) {
    JsonLocation place = e.getLocation();
    int offset = place == null ? 0 : Math.max(0, (int) place.getCharOffset());
    String message = e.getOriginalMessage();
    Matcher token = TOKEN.matcher(message);
    if (token.find()) {
      int start = source.text().lastIndexOf(token.group(1), offset);
      return source.problem(
          start < 0 ? offset : start, "'" + token.group(1) + "' is no value of JSON.");
    }
    Matcher character = CHARACTER.matcher(message);
    if (character.find() && offset > 0 && !source.text().startsWith(character.group(1), offset)) {
      offset--; // it was read already
    }
    return source.problem(offset, Sentence.of(ASIDE.matcher(message).replaceAll("")));
  }

  private Value value(int depth) throws IOException {
    JsonToken token = parser.currentToken();
    Span start = source.span(start(), start());
    count.add(1, depth, start);
    return switch (token) {
      case START_OBJECT -> mapping(start, depth);
      case START_ARRAY -> sequence(start, depth);
      case VALUE_STRING -> scalar(ScalarType.STRING, parser.getText(), start);
      case VALUE_NUMBER_INT ->
          scalar(ScalarType.INTEGER, Numbers.integer(parser.getText(), 10, start), start);
      case VALUE_NUMBER_FLOAT -> {
        Numbers.bound(parser.getText(), start);
        yield scalar(ScalarType.DECIMAL, parser.getText(), start);
      }
      case VALUE_TRUE, VALUE_FALSE -> scalar(ScalarType.BOOLEAN, parser.getText(), start);
      case VALUE_NULL -> scalar(ScalarType.NULL, "", start);
      default -> throw new IllegalStateException("unexpected " + token);
    };
  }

  private Sequence sequence(Span start, int depth) throws IOException {
    List<Value> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(depth + 1));
    }
    return new Sequence(items, true, start.to(end()));
  }

  private Scalar scalar(ScalarType type, String text, Span start) throws IOException {
    if (type == ScalarType.STRING) {
      Strings.requireWhole(text, start);
    }
    parser.finishToken(); // strings are read lazily, and their end is only then known
    return new Scalar(type, text, start.to(end()));
  }

  private Mapping mapping(Span start, int depth) throws IOException {
    Map<String, Member> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Span place = source.span(start(), start());
      Strings.requireWhole(name, place);
      Member first = members.get(name);
      if (first != null) {
        throw Strings.duplicate(name, place, first.name());
      }
      parser.nextToken();
      members.put(name, new Member(place.to(nameEnd(place.start())), value(depth + 1)));
    }
    return new Mapping(members, true, start.to(end()));
  }

  /** After the quote that closes the name; Jackson reads names together with the colon. */
  private int nameEnd(int start) {
    String text = source.text();
    int i = start + 1;
    while (text.charAt(i) != '"') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return i + 1;
  }

  private int start() {
    return (int) parser.currentTokenLocation().getCharOffset();
  }

  private int end() {
    return (int) parser.currentLocation().getCharOffset();
  }
}
