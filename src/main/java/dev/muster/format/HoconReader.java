package dev.muster.format;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import dev.muster.format.Value.Sequence;
import java.io.File;
import java.net.URL;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HOCON on its own: nothing is included, no environment and no system property is read.
 * Substitutions that the text itself can answer are resolved, others become references ({@link
 * ScalarType#REFERENCE}, see {@link HoconReferences}). A key said twice is no mistake in HOCON: the
 * later one wins. The parser knows lines, not columns.
 */
final class HoconReader {
  private static final ConfigParseOptions PARSE =
      ConfigParseOptions.defaults()
          .setSyntax(ConfigSyntax.CONF)
          .setOriginDescription("item")
          .setIncluder(new NoIncludes());

  /** What the library puts before its message. */
  private static final Pattern ORIGIN = Pattern.compile("^item: \\d+: ");

  private final Count count = new Count();
  private final HoconReferences references;

  private HoconReader(HoconReferences references) {
    this.references = references;
  }

  static Value read(SourceText source) {
    try {
      ConfigObject root = parse(source);
      HoconGrowth.requireBounded(root);
      HoconReferences references = new HoconReferences(root);
      return new HoconReader(references).value(references.resolve(), root, 0);
    } catch (ConfigException e) {
      throw refused(source, e);
    }
  }

  /** The syntax only: substitutions are not looked at. */
  static void check(SourceText source) {
    try {
      HoconLeaves.of(parse(source));
    } catch (ConfigException e) {
      throw refused(source, e);
    }
  }

  private static ConfigObject parse(SourceText source) {
    HoconScan.check(source);
    return ConfigFactory.parseString(source.text(), PARSE).root();
  }

  /** The parser knows the line alone: the place is where that begins. */
  private static FormatException refused(SourceText source, ConfigException e) {
    ConfigOrigin origin = e.origin();
    int line = origin == null ? 1 : Math.max(1, origin.lineNumber());
    String message = ORIGIN.matcher(String.valueOf(e.getMessage())).replaceFirst("");
    int advice = message.indexOf(" (if you intended");
    message = advice < 0 ? message : message.substring(0, advice);
    int start = source.lineStart(line);
    int end = source.lineEnd(start);
    while (start < end && source.text().charAt(start) <= ' ') {
      start++;
    }
    return new FormatException(source.problem(start, Sentence.of(message)));
  }

  /**
   * @param written the value before it was resolved, where there was one: a resolved value has the
   *     lines of what it refers to
   */
  private Value value(ConfigValue value, @Nullable ConfigValue written, int depth) {
    Span place = place(written == null ? value : written);
    count.add(1, depth, place);
    try {
      if (value instanceof ConfigObject object) {
        return mapping(object, written instanceof ConfigObject all ? all : null, place, depth);
      }
      if (value instanceof ConfigList list) {
        List<Value> items = new ArrayList<>();
        ConfigList all =
            written instanceof ConfigList same && same.size() == list.size() ? same : null;
        for (int i = 0; i < list.size(); i++) {
          items.add(value(list.get(i), all == null ? null : all.get(i), depth + 1));
        }
        return new Sequence(items, false, place);
      }
      return scalar(value, place);
    } catch (ConfigException.NotResolved e) {
      throw new FormatException(Problem.at(place, "This substitution cannot be resolved."));
    }
  }

  private Mapping mapping(
      ConfigObject object, @Nullable ConfigObject written, Span place, int depth) {
    Map<String, Member> unordered = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      ConfigValue before = written(written, entry.getKey());
      Value value = value(entry.getValue(), before, depth + 1);
      unordered.put(entry.getKey(), new Member(value.span(), value));
    }
    // the library's maps have no order; the lines have
    Map<String, Member> members = new LinkedHashMap<>();
    unordered.entrySet().stream()
        .sorted(Comparator.comparingInt(member -> member.getValue().name().line()))
        .forEach(member -> members.put(member.getKey(), member.getValue()));
    return new Mapping(members, false, place);
  }

  private static @Nullable ConfigValue written(@Nullable ConfigObject written, String name) {
    try {
      return written == null ? null : written.get(name);
    } catch (ConfigException.NotResolved e) {
      return null; // merged with a substitution
    }
  }

  private Scalar scalar(ConfigValue value, Span place) {
    return switch (value.valueType()) {
      case NULL -> new Scalar(ScalarType.NULL, "", place);
      case BOOLEAN -> new Scalar(ScalarType.BOOLEAN, value.unwrapped().toString(), place);
      case NUMBER -> {
        Object number = value.unwrapped();
        ScalarType type =
            number instanceof Long || number instanceof Integer
                ? ScalarType.INTEGER
                : ScalarType.DECIMAL;
        yield new Scalar(type, number.toString(), place);
      }
      default -> {
        String text = value.unwrapped().toString();
        yield HoconReferences.isMarked(text)
            ? new Scalar(ScalarType.REFERENCE, references.text(text, place.line()), place)
            : new Scalar(ScalarType.STRING, text, place);
      }
    };
  }

  private static Span place(ConfigValue value) {
    return Span.ofLine(Math.max(0, value.origin().lineNumber()), 0);
  }

  /** Refuses what {@link HoconScan} should have found before. */
  private static final class NoIncludes
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    public ConfigIncluder withFallback(@Nullable ConfigIncluder fallback) {
      return this; // not the library's, which reads files
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw refused();
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      throw refused();
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw refused();
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw refused();
    }

    private static FormatException refused() {
      return new FormatException(HoconScan.NO_INCLUDES);
    }
  }
}
