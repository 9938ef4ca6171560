package dev.muster.door.rest;

import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The segments of a request's path, from the raw request line: split at slashes, percent-decoded
 * once, as strict UTF-8. The framework's own path parameters drop trailing slashes, collapse {@code
 * //}, cut {@code ;...} and resolve {@code ..}: names would silently become other names.
 *
 * @param segments decoded, the first is {@code api}
 */
public record RequestPath(List<String> segments) {
  /** Letters by their category, of which nothing is seen. */
  private static final String FILLERS = "\u115F\u1160\u3164\uFFA0";

  private static final String KEY = RequestPath.class.getName();

  /** The path as the {@link Gate} has read it. */
  public static RequestPath of(RoutingContext context) {
    RequestPath path = context.get(KEY);
    return path == null ? parse(context.request().path()) : path;
  }

  void attachTo(RoutingContext context) {
    context.put(KEY, this);
  }

  /** The segment at a position; {@code /api/v1/namespaces/shop} has {@code shop} at 3. */
  public String segment(int index) {
    return segments.get(index);
  }

  /** The segments from a position on, joined by slashes: a hierarchical name. */
  public String from(int index) {
    return segments.size() == index + 1
        ? segments.get(index)
        : String.join("/", segments.subList(index, segments.size()));
  }

  /**
   * Reads a raw path.
   *
   * @throws Problem saying what is wrong with it
   */
  static RequestPath parse(String raw) {
    List<String> segments = new ArrayList<>(8);
    int start = 1;
    while (start <= raw.length()) {
      int end = raw.indexOf('/', start);
      if (end < 0) {
        end = raw.length();
      }
      segments.add(segment(raw, start, end));
      start = end + 1;
    }
    return new RequestPath(Collections.unmodifiableList(segments));
  }

  private static String segment(String raw, int start, int end) {
    if (start == end) {
      throw new Problem(
          Code.EMPTY_SEGMENT,
          "the path has two slashes in a row, or one at its end; each segment needs a name");
    }
    boolean plain = true;
    for (int i = start; i < end; i++) {
      char c = raw.charAt(i);
      if (c == ';') {
        throw new Problem(
            Code.PATH_PARAMETERS, "the path has an unencoded ';'; in a name, percent-encode it");
      }
      if (c <= ' ' || c == 0x7F) {
        throw invalidCharacter(c);
      }
      plain &= c != '%' && c < 0x80;
    }
    String decoded = plain ? raw.substring(start, end) : decode(raw, start, end);
    if (decoded.equals(".") || decoded.equals("..")) {
      throw new Problem(
          Code.DOT_SEGMENT, "'.' and '..' are not allowed in a path, however encoded");
    }
    return decoded;
  }

  private static String decode(String raw, int start, int end) {
    ByteBuffer bytes = ByteBuffer.allocate(3 * (end - start));
    for (int i = start; i < end; i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        if (c >= 0x80) { // sent without encoding: the request line was read as Latin-1
          throw new Problem(
              Code.INVALID_CHARACTER,
              "the path has a byte above 0x7F; percent-encode characters outside ASCII");
        }
        bytes.put((byte) c);
        continue;
      }
      int high = i + 2 < end ? Character.digit(raw.charAt(i + 1), 16) : -1;
      int low = i + 2 < end ? Character.digit(raw.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw new Problem(
            Code.INVALID_PERCENT_ENCODING,
            "the path has a '%' that two hexadecimal digits do not follow; '%' itself is %25");
      }
      int value = high * 16 + low;
      if (value == '/') {
        throw new Problem(
            Code.ENCODED_SLASH,
            "the path has an encoded slash (%2F); a slash separates segments and is never part of"
                + " one: write it plainly");
      }
      if (value < ' ' || value == 0x7F) {
        throw invalidCharacter(value);
      }
      bytes.put((byte) value);
      i += 2;
    }
    try {
      return visible(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(bytes.flip())
              .toString());
    } catch (CharacterCodingException e) {
      throw new Problem(Code.INVALID_UTF8, "the path, percent-decoded, is not UTF-8");
    }
  }

  /**
   * Refuses what is not seen: characters that only format (those that reverse the order of text
   * among them), separators of lines, and fillers. Two names that look the same would be two.
   */
  private static String visible(String segment) {
    segment
        .codePoints()
        .filter(RequestPath::isInvisible)
        .findFirst()
        .ifPresent(
            point -> {
              throw invalidCharacter(point);
            });
    return segment;
  }

  private static boolean isInvisible(int point) {
    return switch (Character.getType(point)) {
      case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> FILLERS.indexOf(point) >= 0;
    };
  }

  private static Problem invalidCharacter(int character) {
    return new Problem(
        Code.INVALID_CHARACTER,
        "the path has the character U+%04X, which is not allowed".formatted(character));
  }
}
