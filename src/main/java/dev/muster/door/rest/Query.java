package dev.muster.door.rest;

import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a request, read strictly: what a resource does not know is refused, so
 * that a mistyped {@code limt=10} is an error and not another answer than the one asked for.
 */
public final class Query {
  public static final String CONSISTENCY = "consistency";
  public static final String LIMIT = "limit";
  public static final String CURSOR = "cursor";
  public static final String FROM = "from";

  private static final Query EMPTY = new Query(Map.of());

  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /** All of these names. */
  @SafeVarargs
  static Set<String> names(Set<String>... some) {
    Set<String> all = new TreeSet<>();
    for (Set<String> names : some) {
      all.addAll(names);
    }
    return Collections.unmodifiableSet(all);
  }

  /**
   * Reads the parameters.
   *
   * @param known the names that the resource knows
   */
  public static Query of(RoutingContext context, Set<String> known) {
    String raw = context.request().query();
    if (raw == null || raw.isEmpty()) {
      return EMPTY;
    }
    Map<String, String> values = new HashMap<>();
    for (String pair : raw.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      if (!known.contains(name)) {
        throw new Problem(
                Code.UNKNOWN_PARAMETER,
                known.isEmpty()
                    ? "this resource takes no query parameters"
                    : "known parameters are " + String.join(", ", new TreeSet<>(known)))
            .with("parameter", printable(name));
      }
      if (values.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
        throw new Problem(
                Code.REPEATED_PARAMETER, "the parameter '" + name + "' was sent more than once")
            .with("parameter", name);
      }
    }
    return new Query(values);
  }

  /** The parameter's value; absent if it was not sent. */
  public @Nullable String text(String name) {
    return values.get(name);
  }

  /** All that were sent, by name. */
  Map<String, String> all() {
    return Collections.unmodifiableMap(values);
  }

  public String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /** A switch: {@code ?force}, {@code ?force=true}, {@code ?force=false}. */
  public boolean flag(String name) {
    String value = values.get(name);
    if (value == null || value.equals("false")) {
      return false;
    }
    if (value.isEmpty() || value.equals("true")) {
      return true;
    }
    throw invalid(name, "is true or false");
  }

  /** A whole number within bounds, both included. */
  public long number(String name, long otherwise, long min, long max) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    long number = Numbers.whole(value);
    if (number < min || number > max) {
      throw invalid(name, "is a whole number from " + min + " to " + max);
    }
    return number;
  }

  /** {@code ?limit=}. */
  public int limit() {
    return (int) number(LIMIT, RestLimits.PAGE_ITEMS_DEFAULT, 1, RestLimits.PAGE_ITEMS_MAX);
  }

  static Problem invalid(String name, String what) {
    return new Problem(Code.INVALID_PARAMETER, "the parameter '" + name + "' " + what)
        .with("parameter", name);
  }

  private static String decode(String raw) {
    ByteBuffer bytes = ByteBuffer.allocate(raw.length() * 3);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw malformed();
        }
        bytes.put((byte) (high * 16 + low));
        i += 2;
      } else if (c >= 0x80) {
        throw malformed();
      } else {
        bytes.put((byte) (c == '+' ? ' ' : c));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(bytes.flip())
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static Problem malformed() {
    return new Problem(
        Code.INVALID_PARAMETER, "the query is not percent-encoded UTF-8; '%' itself is %25");
  }

  private static String printable(String name) {
    String shown = name.length() > 60 ? name.substring(0, 60) + "..." : name;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
