package dev.muster.format;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.muster.format.HoconLeaves.Definition;
import dev.muster.format.HoconLeaves.Leaf;
import dev.muster.format.HoconLeaves.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the substitutions that a HOCON text answers itself, and says the others as references:
 * {@code ${key}}, and {@code ${key:default}} for optional ones. The library can leave what it does
 * not know unresolved, but merges it as a list then, and drops what is optional; so it is told of a
 * mark for each, which later becomes the reference. As a mark is a text, what would have to be an
 * object or a list is refused, as is what references cannot say.
 */
final class HoconReferences {
  /** No characters; a text that has them all the same is refused. */
  private static final char OPEN = '\uFFFE';

  private static final char CLOSE = '\uFFFF';
  private static final Pattern MARK = Pattern.compile(OPEN + "(\\d+)" + CLOSE);

  private static final String TEXT_ONLY =
      "A substitution that other items answer is a text: it cannot be joined with an object or a"
          + " list.";
  private static final String OVERRIDING =
      "Of substitutions that other items answer, only one may be an optional one that overrides.";

  /** What a mark stands for; without a default for what is required. */
  private record Meaning(String path, @Nullable String otherwise) {}

  private final ConfigObject written;
  private final NavigableMap<String, Leaf> leaves;
  private final Map<String, Integer> lines = new HashMap<>();
  private final Set<String> optional = new HashSet<>();
  private final Set<String> required = new HashSet<>();
  private final Set<String> undefined = new HashSet<>();
  private final List<Meaning> meanings = new ArrayList<>();

  HoconReferences(ConfigObject written) {
    this.written = written;
    this.leaves = HoconLeaves.of(written);
    for (Leaf leaf : leaves.values()) {
      if (leaf.text().indexOf(OPEN) >= 0) {
        throw refused(leaf.line(), "U+FFFE is no character.");
      }
      for (Reference reference : leaf.references()) {
        (reference.optional() ? optional : required).add(reference.path());
        lines.putIfAbsent(reference.path(), leaf.line());
      }
    }
  }

  /** The text's objects, with marks for what it does not define. */
  ConfigObject resolve() {
    ConfigObject without = resolve(written.toConfig(), false);
    if (undefined.stream().noneMatch(optional::contains)) {
      return without;
    }
    Config config = written.toConfig();
    List<Map.Entry<String, Leaf>> overridden = new ArrayList<>();
    for (Map.Entry<String, Leaf> entry : leaves.entrySet()) {
      Reference last = overriding(entry.getValue());
      if (last != null) {
        overridden.add(entry);
        List<String> names = names(entry.getKey());
        String lower = otherwise(valueAt(without, names), entry.getValue().line());
        config = config.withValue(ConfigUtil.joinPath(names), mark(last.path(), lower));
      }
    }
    ConfigObject resolved = resolve(config, true);
    for (Map.Entry<String, Leaf> entry : overridden) {
      String own = ConfigUtil.joinPath(names(entry.getKey()));
      for (Reference reference : entry.getValue().references()) {
        // what the lower definition refers to was taken without its own optional substitutions
        if (!reference.path().equals(own) && isOptional(resolved, reference)) {
          throw refused(entry.getValue().line(), OVERRIDING);
        }
      }
    }
    return resolved;
  }

  private boolean isOptional(ConfigObject resolved, Reference reference) {
    ConfigValue value = valueAt(resolved, ConfigUtil.splitPath(reference.path()));
    return value != null
        && value.valueType() == ConfigValueType.STRING
        && MARK.matcher(value.unwrapped().toString())
            .results()
            .anyMatch(mark -> meaning(mark.group(1)).otherwise() != null);
  }

  private ConfigObject resolve(Config config, boolean optionalToo) {
    ConfigResolveOptions options =
        ConfigResolveOptions.noSystem().setAllowUnresolved(true).appendResolver(marks(optionalToo));
    try {
      ConfigObject resolved = config.resolve(options).root();
      leaves.values().forEach(this::requireSound);
      return resolved;
    } catch (ConfigException.WrongType e) {
      leaves.values().forEach(this::requireSound); // tells the line
      throw String.valueOf(e.getMessage()).indexOf(OPEN) < 0 ? e : refused(0, TEXT_ONLY);
    }
  }

  private ConfigResolver marks(boolean optionalToo) {
    return new ConfigResolver() {
      @Override
      public @Nullable ConfigValue lookup(String path) {
        undefined.add(path);
        boolean isOptional = optional.contains(path);
        if (isOptional && required.contains(path)) {
          throw refused(
              lines.getOrDefault(path, 0),
              "Here ${" + path + "} is optional and elsewhere it is not; say it in one way.");
        }
        return isOptional && !optionalToo ? null : mark(path, isOptional ? "" : null);
      }

      @Override
      public ConfigResolver withFallback(ConfigResolver fallback) {
        return this; // not the library's, which may know of an environment
      }
    };
  }

  private ConfigValue mark(String path, @Nullable String otherwise) {
    meanings.add(new Meaning(String.join(".", ConfigUtil.splitPath(path)), otherwise));
    return ConfigValueFactory.fromAnyRef(OPEN + "" + (meanings.size() - 1) + CLOSE, "item");
  }

  // ---- what references can say

  private boolean isUndefined(Reference reference) {
    return undefined.contains(reference.path());
  }

  private void requireSound(Leaf leaf) {
    List<Definition> definitions = leaf.definitions();
    boolean objects = definitions.stream().anyMatch(Definition::object);
    for (Definition definition : definitions) {
      boolean container = definition.object() || definition.list();
      boolean merged = definitions.size() > 1 && objects;
      if ((container || merged) && definition.references().stream().anyMatch(this::isUndefined)) {
        throw refused(leaf.line(), TEXT_ONLY);
      }
    }
  }

  /** The one optional substitution that a lower definition stays in force without. */
  private @Nullable Reference overriding(Leaf leaf) {
    List<Definition> definitions = leaf.definitions();
    Definition last = definitions.get(definitions.size() - 1);
    if (definitions.size() == 1
        || !last.plain()
        || !last.references().stream().allMatch(Reference::optional)
        || last.references().stream().noneMatch(this::isUndefined)) {
      return null;
    }
    boolean several =
        last.references().size() > 1
            || definitions.subList(0, definitions.size() - 1).stream()
                .flatMap(definition -> definition.references().stream())
                .anyMatch(reference -> reference.optional() && isUndefined(reference));
    if (several) {
      throw refused(leaf.line(), OVERRIDING);
    }
    return last.references().get(0);
  }

  /** What a lower definition says, as the default of a reference. */
  private String otherwise(@Nullable ConfigValue lower, int line) {
    if (lower == null || lower.valueType() == ConfigValueType.NULL) {
      return "";
    }
    if (lower instanceof ConfigObject || lower instanceof ConfigList) {
      throw refused(line, TEXT_ONLY);
    }
    String said = lower.unwrapped().toString();
    String literal = MARK.matcher(said).replaceAll("");
    if (literal.indexOf('{') >= 0 || literal.indexOf('}') >= 0) {
      throw refused(line, "What a substitution overrides has braces, which no default may have.");
    }
    return isMarked(said) ? text(said, line) : said;
  }

  private static @Nullable ConfigValue valueAt(ConfigObject root, List<String> names) {
    ConfigValue value = root;
    for (String name : names) {
      value = value instanceof ConfigObject object ? object.get(name) : null;
    }
    return value;
  }

  private static List<String> names(String key) {
    return List.of(key.split(HoconLeaves.BETWEEN, -1));
  }

  // ---- as references

  static boolean isMarked(String text) {
    return text.indexOf(OPEN) >= 0;
  }

  /** A text with its marks said as references. */
  String text(String marked, int line) {
    StringBuilder out = new StringBuilder();
    Matcher mark = MARK.matcher(marked);
    int at = 0;
    while (mark.find()) {
      out.append(marked.substring(at, mark.start()));
      if (out.length() > 0 && out.charAt(out.length() - 1) == '\\') {
        throw refused(line, "A backslash before a substitution would make it a text.");
      }
      Meaning meaning = meaning(mark.group(1));
      out.append("${").append(meaning.path().replace(":", "\\:"));
      if (meaning.otherwise() != null) {
        out.append(':').append(meaning.otherwise());
      }
      out.append('}');
      at = mark.end();
    }
    return out.append(marked.substring(at)).toString();
  }

  private Meaning meaning(String index) {
    return meanings.get(Integer.parseInt(index));
  }

  private static FormatException refused(int line, String message) {
    return new FormatException(new Problem(line, 0, message));
  }
}
