package dev.muster.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259), strictly: what Muster answers, and nothing more. Objects become maps,
 * arrays lists, whole numbers {@code Long}, others {@code Double}. The client has its own reader so
 * that it brings no library into the programs that embed it.
 */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** What was read is not JSON, or not what was expected. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** Reads one object and nothing after it. */
  static Map<String, @Nullable Object> object(byte[] utf8) throws MalformedException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("not UTF-8");
    }
    Json json = new Json(text);
    json.space();
    Map<String, @Nullable Object> object = json.object(1);
    json.space();
    if (json.at < text.length()) {
      throw json.malformed("something after the end");
    }
    return object;
  }

  /** A text as a JSON string, in quotes. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private @Nullable Object value(int depth) throws MalformedException {
    if (depth > Limits.JSON_DEPTH_MAX) {
      throw malformed("nested more than " + Limits.JSON_DEPTH_MAX + " deep");
    }
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object(int depth) throws MalformedException {
    expect('{');
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    space();
    if (skip('}')) {
      return members;
    }
    do {
      space();
      String name = string();
      space();
      expect(':');
      space();
      members.put(name, value(depth + 1));
      space();
    } while (skip(','));
    expect('}');
    return members;
  }

  private List<@Nullable Object> array(int depth) throws MalformedException {
    expect('[');
    List<@Nullable Object> elements = new ArrayList<>();
    space();
    if (skip(']')) {
      return elements;
    }
    do {
      space();
      elements.add(value(depth + 1));
      space();
    } while (skip(','));
    expect(']');
    return elements;
  }

  private String string() throws MalformedException {
    expect('"');
    int start = at;
    while (peek() != '"' && peek() != '\\' && peek() >= ' ') {
      at++;
    }
    if (peek() == '"') { // nothing to unescape, as nearly always
      return text.substring(start, at++);
    }
    StringBuilder out = new StringBuilder(text.substring(start, at));
    while (true) {
      char c = next();
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        throw malformed("a control character in a string");
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() throws MalformedException {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(next(), 16);
          if (digit < 0) {
            throw malformed("\\u without four hexadecimal digits");
          }
          code = code * 16 + digit;
        }
        yield (char) code;
      }
      default -> throw malformed("an unknown escape");
    };
  }

  private Object number() throws MalformedException {
    int start = at;
    skip('-');
    boolean zero = peek() == '0';
    int digits = digits();
    boolean whole = true;
    if (digits == 0 || (zero && digits > 1)) {
      throw malformed("no value");
    }
    if (skip('.')) {
      whole = false;
      if (digits() == 0) {
        throw malformed("no digits after the point");
      }
    }
    if (skip('e') || skip('E')) {
      whole = false;
      if (!skip('+')) {
        skip('-');
      }
      if (digits() == 0) {
        throw malformed("no exponent");
      }
    }
    String number = text.substring(start, at);
    try {
      if (whole) {
        return Long.valueOf(number);
      }
    } catch (NumberFormatException tooLarge) {
      // A double has room for it.
    }
    return Double.valueOf(number);
  }

  private int digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - start;
  }

  private @Nullable Object word(String word, @Nullable Object value) throws MalformedException {
    if (!text.startsWith(word, at)) {
      throw malformed("no value");
    }
    at += word.length();
    return value;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws MalformedException {
    if (at >= text.length()) {
      throw malformed("the end comes too early");
    }
    return text.charAt(at);
  }

  private char next() throws MalformedException {
    char c = peek();
    at++;
    return c;
  }

  private boolean skip(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    if (there) {
      at++;
    }
    return there;
  }

  private void expect(char c) throws MalformedException {
    if (next() != c) {
      at--;
      throw malformed("'" + c + "' expected");
    }
  }

  private MalformedException malformed(String what) {
    return new MalformedException("malformed JSON at character " + at + ": " + what);
  }
}
