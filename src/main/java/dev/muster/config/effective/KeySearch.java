package dev.muster.config.effective;

import dev.muster.config.ConfigPages;
import dev.muster.config.Content;
import dev.muster.config.effective.Effective.Setting;
import dev.muster.core.Node;
import dev.muster.core.State;
import dev.muster.format.Property;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where keys are said in a namespace, and whom they concern. Looks at all items that have
 * properties, up to {@link EffectiveLimits#KEYS_ITEMS_MAX} and {@link
 * EffectiveLimits#KEYS_BYTES_MAX}; what cannot be read is left out.
 */
public final class KeySearch {
  private static final int PAGE_ITEMS = 500;

  private final State state;
  private final String namespace;
  private final EffectiveConfigs configs;
  private final ParsedItems parsed;
  private boolean truncated;
  private long mergedProperties;
  private long mergedChars;
  private long toldChars;

  private record Item(String name, Node node, ParsedItem says) {}

  /** A place that says a key. */
  public record Place(String item, int line, String value, long revision) {}

  /** A property whose text names the key in a reference; a key that is made of others is none. */
  public record User(String key, String item, int line, String value) {}

  /**
   * A configuration that the key has a part in, for clients without labels.
   *
   * @param profile absent for clients without one
   * @param winner what is said of the key there; absent if it is only referred to
   * @param through keys whose values depend on it, directly or not
   * @param fault why the configuration cannot be computed; absent if it can
   */
  public record Affected(
      String app,
      @Nullable String profile,
      @Nullable Setting winner,
      List<String> through,
      @Nullable String fault) {}

  /** All about a key. */
  public record Uses(
      List<Place> places, List<User> users, List<Affected> affected, boolean truncated) {}

  /** A key, and the items that say it. */
  public record Key(String key, List<String> items) {}

  /** Some keys; {@code more} tells whether others follow. */
  public record Page(List<Key> keys, boolean more, boolean truncated) {}

  KeySearch(State state, String namespace, EffectiveConfigs configs, ParsedItems parsed) {
    this.state = state;
    this.namespace = namespace;
    this.configs = configs;
    this.parsed = parsed;
  }

  /** One by one: parsed, all of them together would be too much to keep. */
  private void forEachItem(Consumer<Item> use) {
    String after = "";
    int looked = 0;
    long bytes = 0;
    long properties = 0;
    ConfigPages.Page page;
    do {
      page = ConfigPages.page(state, namespace, "", after, PAGE_ITEMS);
      for (ConfigPages.Item item : page.items()) {
        after = item.name();
        if (!Content.of(item.node()).format(item.name()).isStructured()) {
          continue;
        }
        looked++;
        bytes += item.node().data().length();
        if (looked > EffectiveLimits.KEYS_ITEMS_MAX || bytes > EffectiveLimits.KEYS_BYTES_MAX) {
          truncated = true;
          return;
        }
        ParsedItem says = parsed.once(item.name(), item.node());
        properties += says.properties().size();
        if (properties > EffectiveLimits.KEYS_PROPERTIES_MAX) {
          truncated = true;
          return;
        }
        use.accept(new Item(item.name(), item.node(), says));
      }
    } while (page.more());
  }

  // ---- keys

  /** Keys that begin with a prefix, after a key, in their order. */
  public Page page(String prefix, String after, int limit) {
    SortedMap<String, List<String>> found = new TreeMap<>();
    forEachItem(
        item -> {
          for (String key : item.says.properties().keySet()) {
            if (key.startsWith(prefix) && key.compareTo(after) > 0) {
              List<String> names = found.computeIfAbsent(key, name -> new ArrayList<>());
              if (isRoomFor(names, item.name.length())) {
                names.add(item.name);
              }
              if (found.size() > limit + 1) {
                List<String> beyond = found.remove(found.lastKey());
                toldChars -= beyond.stream().mapToLong(String::length).sum();
              }
            }
          }
        });
    List<Key> keys = new ArrayList<>();
    found.forEach((key, names) -> keys.add(new Key(key, List.copyOf(names))));
    boolean more = keys.size() > limit;
    return new Page(more ? keys.subList(0, limit) : keys, more, truncated);
  }

  // ---- one key

  /** Where a key is said, and who depends on it. */
  public Uses uses(String key) {
    List<Place> places = new ArrayList<>();
    List<User> users = new ArrayList<>();
    SortedMap<String, SortedSet<String>> profiles = new TreeMap<>();
    forEachItem(
        item -> {
          Property property = item.says.properties().get(key);
          if (property != null && isRoomFor(places, length(property) + item.name.length())) {
            places.add(
                new Place(
                    item.name,
                    property.line(),
                    property.value(),
                    item.node.stat().modifiedRevision()));
          }
          for (Property other : item.says.properties().values()) {
            if (keys(other).contains(key) && isRoomFor(users, length(other) + item.name.length())) {
              users.add(new User(other.key(), item.name, other.line(), other.value()));
            }
          }
          int slash = item.name.lastIndexOf('/');
          String profile = profile(item.name.substring(slash + 1));
          if (profile != null) {
            profiles
                .computeIfAbsent(
                    slash < 0 ? "" : item.name.substring(0, slash), folder -> new TreeSet<>())
                .add(profile);
          }
        });
    List<Affected> affected = affected(profiles, key);
    return new Uses(places, users, affected, truncated);
  }

  private boolean isRoomFor(List<?> told, long moreChars) {
    boolean room =
        told.size() < EffectiveLimits.KEYS_PLACES_MAX
            && toldChars + moreChars <= EffectiveLimits.KEYS_TOLD_CHARS_MAX;
    toldChars += room ? moreChars : 0;
    truncated |= !room;
    return room;
  }

  private static long length(Property property) {
    return (long) property.key().length() + property.value().length();
  }

  /**
   * Each application, asked for without a profile and with each that there are items for.
   *
   * @param profiles by folder; the root's are everybody's
   */
  private List<Affected> affected(SortedMap<String, SortedSet<String>> profiles, String key) {
    SortedSet<String> everybodys = profiles.getOrDefault("", new TreeSet<>());
    List<Affected> affected = new ArrayList<>();
    int computed = 0;
    for (Map.Entry<String, SortedSet<String>> app : profiles.entrySet()) {
      if (app.getKey().isEmpty()) {
        continue;
      }
      SortedSet<String> all = new TreeSet<>(app.getValue());
      all.addAll(everybodys);
      all.add("");
      for (String profile : all) {
        if (++computed > EffectiveLimits.KEYS_CONFIGURATIONS_MAX || isExhausted()) {
          truncated = true;
          return affected;
        }
        Affected one = affected(app.getKey(), profile.isEmpty() ? null : profile, key);
        if (one != null && isRoomFor(affected, length(one))) {
          affected.add(one);
        }
      }
    }
    return affected;
  }

  private boolean isExhausted() {
    return mergedProperties > EffectiveLimits.KEYS_PROPERTIES_MAX
        || mergedChars > EffectiveLimits.KEYS_MERGED_CHARS_MAX;
  }

  private static long length(Affected affected) {
    long length = affected.app().length();
    for (String key : affected.through()) {
      length += key.length();
    }
    Setting winner = affected.winner();
    return winner == null
        ? length
        : length + length(winner.property()) + winner.layer().item().length();
  }

  /** Of {@code application-prod+eu.yaml} it is {@code prod}; none is {@code ""}. */
  private static @Nullable String profile(String name) {
    for (String extension : LayerSearch.EXTENSIONS) {
      if (name.startsWith(LayerSearch.BASE) && name.endsWith(extension)) {
        String middle =
            name.substring(
                LayerSearch.BASE.length(),
                Math.max(LayerSearch.BASE.length(), name.length() - extension.length()));
        int plus = middle.indexOf('+');
        String profile = plus < 0 ? middle : middle.substring(0, plus);
        if (profile.isEmpty()) {
          return "";
        }
        return profile.startsWith("-") && Client.isProfile(profile.substring(1))
            ? profile.substring(1)
            : null;
      }
    }
    return null;
  }

  private @Nullable Affected affected(String app, @Nullable String profile, String key) {
    Client client = Client.of(namespace, app, profile == null ? List.of() : List.of(profile));
    Effective effective;
    try {
      effective = merged(configs.layers(state, client));
    } catch (EffectiveException refused) {
      return new Affected(app, profile, null, List.of(), refused.detail());
    }
    Setting winner = effective.properties().get(key);
    List<String> through = dependents(effective, key);
    return winner == null && through.isEmpty()
        ? null
        : new Affected(app, profile, winner, through, null);
  }

  private Effective merged(Layers layers) {
    mergedProperties += layers.extent().properties();
    mergedChars += layers.extent().chars();
    Effective effective = EffectiveConfigs.merge(layers, true);
    for (Setting setting : effective.properties().values()) {
      mergedChars += setting.raw() == null ? 0 : setting.property().value().length();
    }
    return effective;
  }

  /** The keys whose values depend on a key, those nearest to it first. */
  private static List<String> dependents(Effective effective, String key) {
    Map<String, List<String>> users = new HashMap<>();
    effective
        .properties()
        .forEach(
            (user, setting) ->
                setting
                    .references()
                    .forEach(
                        used -> users.computeIfAbsent(used, name -> new ArrayList<>()).add(user)));
    Set<String> found = new LinkedHashSet<>();
    Deque<String> next = new ArrayDeque<>(List.of(key));
    while (!next.isEmpty() && found.size() < EffectiveLimits.KEYS_PLACES_MAX) {
      for (String user : users.getOrDefault(next.remove(), List.of())) {
        if (found.add(user)) {
          next.add(user);
        }
      }
    }
    return List.copyOf(found);
  }

  private static List<String> keys(Property property) {
    try {
      Template template = Template.of(property);
      return template == null ? List.of() : template.keys();
    } catch (EffectiveException tooDeep) {
      return List.of();
    }
  }
}
