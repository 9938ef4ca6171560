package dev.muster.config.transfer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * JSON, read value by value: nothing is built of what nobody asked for, so that a short text with
 * millions of values costs no more than a long one with few. A name may stand once in an object.
 */
final class JsonStream {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxTokenCount(TransferLimits.JSON_TOKENS_MAX)
                  .maxStringLength(TransferLimits.CONTENTS_BYTES_MAX)
                  .build())
          .build();

  /** Reads one value of a text; whatever it leaves of it is skipped. */
  @FunctionalInterface
  interface Reader {
    void read(JsonStream json) throws IOException;
  }

  /** Reads one member of an object; whatever it leaves of its value is skipped. */
  @FunctionalInterface
  interface MemberReader {
    void read(String name, JsonStream json) throws IOException;
  }

  private final JsonParser parser;

  private JsonStream(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads a text.
   *
   * @param file that it is from; empty for none
   * @throws TransferException naming the file, if it is not one value of JSON
   */
  static void read(String file, byte[] text, Reader root) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new TransferException(file, "This cannot be read as JSON: it is empty.");
      }
      root.read(new JsonStream(parser));
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new TransferException(file, "This cannot be read as JSON: it goes on after its end.");
      }
    } catch (JacksonException malformed) {
      throw new TransferException(
          file, "This cannot be read as JSON: " + malformed.getOriginalMessage());
    } catch (IOException malformed) {
      throw new TransferException(file, "This cannot be read as JSON: " + malformed.getMessage());
    }
  }

  boolean isArray() {
    return parser.hasToken(JsonToken.START_ARRAY);
  }

  boolean isObject() {
    return parser.hasToken(JsonToken.START_OBJECT);
  }

  /** The value, if it is a text; absent otherwise. */
  @Nullable String text() throws IOException {
    return parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
  }

  boolean isNull() {
    return parser.hasToken(JsonToken.VALUE_NULL);
  }

  /** The value, if it is a whole number that fits; {@code otherwise} if not. */
  long number(long otherwise) throws IOException {
    return parser.hasToken(JsonToken.VALUE_NUMBER_INT)
            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        ? parser.getLongValue()
        : otherwise;
  }

  /** The elements of an array, which this must be, one after the other. */
  void elements(Reader element) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      element.read(this);
      parser.skipChildren();
    }
  }

  /** The members of an object, which this must be, one after the other. */
  void members(MemberReader member) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      member.read(name, this);
      parser.skipChildren();
    }
  }
}
