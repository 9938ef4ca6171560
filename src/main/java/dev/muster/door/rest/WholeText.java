package dev.muster.door.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Refuses texts with half of a surrogate pair, such as {@code U+D800} alone: JSON can escape one,
 * but UTF-8 has no bytes for it, and strict readers refuse whatever it is served back in.
 */
final class WholeText {
  private WholeText() {}

  /** A text or a key that is none; its path is the field's. */
  static final class BrokenException extends JsonMappingException {
    private static final long serialVersionUID = 1L;

    BrokenException(@Nullable JsonParser parser, int index, char half) {
      super(
          parser,
          "character U+%04X at position %d is half of a surrogate pair"
              .formatted((int) half, index));
    }
  }

  static Module module() {
    return new SimpleModule()
        .addDeserializer(String.class, new Values())
        .addKeyDeserializer(String.class, new Keys());
  }

  /** With {@code ?} for what is broken, to show it to whoever sent it. */
  static String repaired(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static String check(String text, @Nullable JsonParser parser) throws BrokenException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
        if (!pair) {
          throw new BrokenException(parser, i, c);
        }
        i++;
      }
    }
    return text;
  }

  private static final class Values extends StdScalarDeserializer<String> {
    private static final long serialVersionUID = 1L;

    Values() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return check(StringDeserializer.instance.deserialize(parser, context), parser);
    }
  }

  private static final class Keys extends KeyDeserializer {
    @Override
    public Object deserializeKey(String key, DeserializationContext context) throws IOException {
      return check(key, context.getParser());
    }
  }
}
