package dev.muster.quarkus.config;

import dev.muster.quarkus.Connection;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the program says of its configuration in Muster.
 *
 * @param app the folder of its items
 * @param items that are named one by one
 * @param extensions of the application's items, lowest first
 * @param isOptional whether to start without any when nothing is known
 */
record Settings(
    Connection connection,
    Optional<String> app,
    List<String> items,
    List<String> extensions,
    int ordinal,
    boolean isOptional,
    Duration startTimeout) {
  static final String APP = "muster.app";
  static final String ITEMS = "muster.items";
  static final String EXTENSIONS = "muster.extensions";
  static final String ORDINAL = "muster.ordinal";
  static final String OPTIONAL = "muster.optional";
  static final String START_TIMEOUT = "muster.start-timeout-millis";

  /** Above every application.properties and application.yaml, below .env and the environment. */
  static final int ORDINAL_DEFAULT = 275;

  static final long START_TIMEOUT_MILLIS_DEFAULT = 10_000;
  static final long START_TIMEOUT_MILLIS_MAX = 10 * 60_000;

  /** Each of an application's items is followed by a connection of its own. */
  static final String EXTENSIONS_DEFAULT = "yaml,properties";

  /**
   * Empty if the program does not say where its configuration is.
   *
   * @param setting the value of a key, empty if it is not set
   * @throws IllegalArgumentException for a value that cannot be; names the key and what can be
   */
  static Optional<Settings> of(Function<String, Optional<String>> setting) {
    Optional<String> app = setting.apply(APP).map(Settings::trimmed);
    List<String> items = setting.apply(ITEMS).map(Settings::list).orElse(List.of());
    if (app.isEmpty() && items.isEmpty()) {
      return Optional.empty();
    }
    Connection connection =
        Connection.of(setting)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        (app.isPresent() ? APP : ITEMS)
                            + " is set, but not "
                            + Connection.URL
                            + ": name a server, "
                            + Connection.URL
                            + "=http://10.0.0.1:8080"));
    return Optional.of(
        new Settings(
            connection,
            app,
            items,
            list(setting.apply(EXTENSIONS).orElse(EXTENSIONS_DEFAULT)),
            (int) number(setting, ORDINAL, ORDINAL_DEFAULT, Integer.MIN_VALUE, Integer.MAX_VALUE),
            isTrue(setting.apply(OPTIONAL).orElse("false")),
            Duration.ofMillis(
                number(
                    setting,
                    START_TIMEOUT,
                    START_TIMEOUT_MILLIS_DEFAULT,
                    1,
                    START_TIMEOUT_MILLIS_MAX))));
  }

  private static String trimmed(String app) {
    return app.strip().replaceAll("^/+|/+$", "");
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static long number(
      Function<String, Optional<String>> setting, String key, long otherwise, long min, long max) {
    Optional<String> text = setting.apply(key).map(String::strip);
    try {
      long value = text.map(Long::parseLong).orElse(otherwise);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // Said below.
    }
    throw new IllegalArgumentException(
        key + " is a number from " + min + " to " + max + ", not '" + text.orElse("") + "'");
  }

  private static boolean isTrue(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(OPTIONAL + " is true or false, not '" + text + "'");
    };
  }
}
