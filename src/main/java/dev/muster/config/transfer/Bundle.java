package dev.muster.config.transfer;

import dev.muster.config.ConfigPages;
import dev.muster.config.Content;
import dev.muster.config.ItemMetadata;
import dev.muster.core.Bytes;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Items without a namespace.
 *
 * @param items by name; their names and contents are not checked
 * @param skipped files that are no items, and why
 * @param origin where they come from, for people; empty if unknown
 */
public record Bundle(SortedMap<String, Item> items, List<Skipped> skipped, String origin) {
  /**
   * An item.
   *
   * @param metadata all that the item is to have
   */
  public record Item(String name, Content content, ItemMetadata metadata) {}

  /** A file that is not taken over. */
  public record Skipped(String file, String why) {}

  /** The items of a namespace whose names begin with a prefix. */
  public static Bundle of(State state, String namespace, String prefix) {
    SortedMap<String, Item> items = new TreeMap<>();
    ConfigPages.page(state, namespace, prefix, "", Integer.MAX_VALUE)
        .items()
        .forEach(
            item ->
                items.put(
                    item.name(),
                    new Item(
                        item.name(),
                        Content.of(item.node()),
                        ItemMetadata.of(item.node().attributes()))));
    return new Bundle(items, List.of(), "namespace " + namespace);
  }

  /** The same items in a folder; {@code ""} for none. */
  public Bundle under(String folder) {
    if (folder.isEmpty()) {
      return this;
    }
    SortedMap<String, Item> moved = new TreeMap<>();
    for (Item item : items.values()) {
      String name = folder + '/' + item.name;
      moved.put(name, new Item(name, item.content, item.metadata));
    }
    return new Bundle(moved, skipped, origin);
  }

  /** Collects items; the second one of a name is a problem, and so is what the caller adds. */
  static final class Builder {
    private final SortedMap<String, Item> items = new TreeMap<>();
    private final Map<String, String> files = new TreeMap<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private final List<TransferException.Problem> problems = new ArrayList<>();

    void add(String file, String name, String contentType, byte[] content) {
      add(file, new Item(name, new Content(contentType, Bytes.wrap(content)), ItemMetadata.NONE));
    }

    void add(String file, Item item) {
      String other = files.putIfAbsent(item.name, file);
      if (other != null) {
        refuse(file, "It is the item '" + item.name + "', and so is " + other + ".");
      } else {
        items.put(item.name, item);
      }
    }

    void skip(String file, String why) {
      skipped.add(new Skipped(file, why));
    }

    void refuse(String file, String message) {
      if (problems.size() < TransferLimits.PROBLEMS_MAX) {
        problems.add(new TransferException.Problem(file, message));
      }
    }

    /** The bundle; a {@link TransferException} if anything was refused. */
    Bundle build(String origin) {
      if (!problems.isEmpty()) {
        throw new TransferException(problems);
      }
      return new Bundle(items, List.copyOf(skipped), origin);
    }
  }
}
