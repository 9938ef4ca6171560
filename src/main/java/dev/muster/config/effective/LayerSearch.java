package dev.muster.config.effective;

import dev.muster.config.Configs;
import dev.muster.config.Namespaces;
import dev.muster.config.effective.EffectiveException.Place;
import dev.muster.config.effective.EffectiveException.Reason;
import dev.muster.config.effective.ParsedItem.Include;
import dev.muster.core.Node;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the layers of a client's configuration in one state. */
final class LayerSearch {
  static final String BASE = "application";

  /** Of items of one base name, a later one overrides an earlier one. */
  static final List<String> EXTENSIONS =
      List.of(".conf", ".json", ".toml", ".yaml", ".yml", ".properties");

  private final Node root;
  private final Client client;
  private final ParsedItems.Reader reader;
  private final List<Layer> layers = new ArrayList<>();
  private final List<Layers.Ignored> ignored = new ArrayList<>();

  /** The items that are being included, from the outermost on. */
  private final List<String> path = new ArrayList<>();

  private final List<Place> places = new ArrayList<>();
  private long revision;
  private Extent extent = Extent.NONE;

  private LayerSearch(Node root, Client client, ParsedItems.Reader reader) {
    this.root = root;
    this.client = client;
    this.reader = reader;
  }

  /**
   * The layers.
   *
   * @throws EffectiveException if there are none
   */
  static Layers find(State state, Client client, ParsedItems.Reader reader) {
    Node root = state.tree().find(Namespaces.configs(client.namespace()));
    if (root == null) {
      return new Layers(List.of(), List.of(), 0, Extent.NONE);
    }
    LayerSearch search = new LayerSearch(root, client, reader);
    search.run();
    return new Layers(
        List.copyOf(search.layers), List.copyOf(search.ignored), search.revision, search.extent);
  }

  private void run() {
    Node folder = lookUp(client.app());
    // A folder's children revision tells of items that came or went, the layers' own of the rest.
    see(root.stat().childrenRevision());
    folder(root, "", BASE, "defaults");
    folder(folder, client.app() + "/", BASE, "application");
    for (String profile : client.profiles()) {
      folder(root, "", BASE + "-" + profile, "profile " + profile);
      folder(folder, client.app() + "/", BASE + "-" + profile, "profile " + profile);
    }
  }

  private void folder(@Nullable Node folder, String prefix, String base, String why) {
    if (folder == null) {
      return;
    }
    see(folder.stat().childrenRevision());
    for (String extension : EXTENSIONS) {
      Node node = folder.child(base + extension);
      if (node != null) {
        see(node.stat().modifiedRevision());
        if (Configs.isItem(node)) {
          add(prefix + base + extension, node, why);
        }
      }
    }
    for (Variant variant : variants(folder, prefix, base)) {
      String reason = variant.ignoredFor(client.labels());
      if (reason == null) {
        add(variant.item(), variant.node(), variant.why());
      } else {
        ignored.add(new Layers.Ignored(variant.item(), reason));
      }
    }
  }

  /** The more conditions one has, the later it comes; by name if they have as many. */
  private List<Variant> variants(Node folder, String prefix, String base) {
    String start = base + "+";
    List<Variant> variants = new ArrayList<>();
    for (Map.Entry<String, Node> child : folder.children().tailMap(start, true).entrySet()) {
      String name = child.getKey();
      if (!name.startsWith(start)) {
        break;
      }
      if (EXTENSIONS.stream()
          .noneMatch(end -> name.endsWith(end) && name.length() > start.length() + end.length())) {
        continue;
      }
      see(child.getValue().stat().modifiedRevision());
      if (Configs.isItem(child.getValue())) {
        variants.add(Variant.of(prefix + name, child.getValue()));
        atMost("variants of one item", variants.size(), EffectiveLimits.VARIANTS_MAX);
      }
    }
    variants.sort(
        Comparator.<Variant>comparingInt(variant -> variant.conditions().size())
            .thenComparing(Variant::item));
    return variants;
  }

  private void add(String item, Node node, String why) {
    int before = path.indexOf(item);
    path.add(item);
    if (before >= 0) {
      throw EffectiveException.cycle(
          "inclusions", path.subList(before, path.size()), places.subList(before, places.size()));
    }
    atMost("inclusions within each other", path.size(), EffectiveLimits.INCLUDE_DEPTH_MAX);
    see(node.stat().modifiedRevision());
    ParsedItem says = parse(item, node);
    for (Include include : says.includes()) {
      places.add(new Place(item, include.line()));
      Node included = lookUp(include.item());
      if (included != null && Configs.isItem(included)) {
        add(
            include.item(),
            included,
            "include of " + item + (include.line() == 0 ? "" : " line " + include.line()));
      } else if (!include.optional()) {
        throw new EffectiveException(
                Reason.UNKNOWN_INCLUDE,
                "%s, line %d, includes '%s', which does not exist; '%s?' may be missing"
                    .formatted(item, include.line(), include.item(), include.item()))
            .with("item", item)
            .with("line", include.line())
            .with("include", include.item());
      }
      places.remove(places.size() - 1);
    }
    path.remove(path.size() - 1);
    layers.add(
        new Layer(
            item,
            node.stat().modifiedRevision(),
            Configs.contentType(node),
            why,
            says.properties()));
    atMost("layers", layers.size(), EffectiveLimits.LAYERS_MAX);
  }

  private ParsedItem parse(String item, Node node) {
    atMost(
        "bytes of layers", extent.bytes() + node.data().length(), EffectiveLimits.LAYERS_BYTES_MAX);
    ParsedItem known = reader.read(item, node);
    if (known.fault() != null) {
      throw new EffectiveException(
              Reason.UNREADABLE_LAYER,
              "%s, line %d: %s".formatted(item, known.fault().line(), known.fault().message()))
          .with("item", item)
          .with("line", known.fault().line());
    }
    extent = extent.plus(known.extent().named(item));
    atMost("properties", extent.properties(), EffectiveLimits.PROPERTIES_MAX);
    atMost(
        "characters of keys, values and the names of their items",
        extent.chars(),
        EffectiveLimits.LAYERS_CHARS_MAX);
    return known;
  }

  /**
   * The node of a name. What is missing comes, and what is found goes, by a change of the children
   * of the nearest folder that there is.
   */
  private @Nullable Node lookUp(String name) {
    Node node = root;
    for (String segment : name.split("/", -1)) {
      Node child = node.child(segment);
      if (child == null) {
        see(node.stat().childrenRevision());
        return null;
      }
      node = child;
    }
    see(node.stat().modifiedRevision());
    return node;
  }

  private void see(long seenRevision) {
    revision = Math.max(revision, seenRevision);
  }

  private static void atMost(String what, long value, long max) {
    if (value > max) {
      throw EffectiveException.tooLarge("%,d %s".formatted(value, what), max);
    }
  }
}
