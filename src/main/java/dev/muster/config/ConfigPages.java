package dev.muster.config;

import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;

/**
 * The items of a namespace whose names begin with a prefix, in pages. The order is that of the
 * tree: a folder's items follow each other, by segment. A page begins after a name, whether that
 * item still exists or not; so pages that are read while others write miss and repeat no item that
 * was there all the time.
 */
public final class ConfigPages {
  private ConfigPages() {}

  /** An item of a page. */
  public record Item(String name, Node node) {}

  /** A page; {@code more} tells whether another follows, which begins after {@code last}. */
  public record Page(List<Item> items, String last, boolean more) {}

  /**
   * Which items make a page, and how large it may be.
   *
   * @param afterName begins with the prefix; {@code ""} for the first page
   * @param limit how many items at most
   * @param bytesMax how many bytes their contents may have together; one item always fits
   * @param wanted what else decides; it sees whether an item has the prefix first
   * @param work how much may be looked at: a page may end, even empty, before there is enough in it
   */
  public record Selection(
      String namespace,
      String prefix,
      String afterName,
      int limit,
      long bytesMax,
      Predicate<Item> wanted,
      Work work) {}

  /**
   * A bound of the work for one page.
   *
   * @param items how many may be looked at
   * @param bytes how many bytes their contents may have together; one item is always looked at
   */
  public record Work(int items, long bytes) {
    public static final Work UNBOUNDED = new Work(Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  /** The folder that holds all names with the prefix: what to watch, and whose tag to compare. */
  public static Path folder(String namespace, String prefix) {
    int slash = prefix.lastIndexOf('/');
    Path configs = Namespaces.configs(namespace);
    return slash < 0 ? configs : configs.resolve(prefix.substring(0, slash));
  }

  /**
   * A page.
   *
   * @param afterName begins with the prefix; {@code ""} for the first page
   */
  public static Page page(
      State state, String namespace, String prefix, String afterName, int limit) {
    return page(
        state,
        new Selection(
            namespace, prefix, afterName, limit, Long.MAX_VALUE, item -> true, Work.UNBOUNDED));
  }

  /** A page. */
  public static Page page(State state, Selection selection) {
    String prefix = selection.prefix;
    String afterName = selection.afterName;
    Node folder = state.tree().find(folder(selection.namespace, prefix));
    if (folder == null) {
      return new Page(List.of(), afterName, false);
    }
    int start = prefix.lastIndexOf('/') + 1;
    Walk walk = new Walk(selection);
    List<String> after =
        afterName.isEmpty() ? List.of() : Arrays.asList(afterName.substring(start).split("/", -1));
    walk.through(folder, prefix.substring(0, start), prefix.substring(start), after);
    return new Page(walk.items, walk.last, walk.more);
  }

  private static final class Walk {
    private final Selection selection;
    private final List<Item> items = new ArrayList<>();
    private String last;
    private boolean more;
    private long bytes;
    private int lookedAt;
    private long bytesLookedAt;

    Walk(Selection selection) {
      this.selection = selection;
      this.last = selection.afterName;
    }

    /** Takes an item, if it is wanted; or ends the page before it. */
    private void meet(Item item) {
      int size = item.node.data().length();
      boolean workIsDone =
          lookedAt > 0
              && (lookedAt == selection.work.items || bytesLookedAt + size > selection.work.bytes);
      if (workIsDone) {
        more = true;
        return;
      }
      lookedAt++;
      bytesLookedAt += size;
      if (selection.wanted.test(item)) {
        boolean full =
            items.size() == selection.limit
                || (!items.isEmpty() && bytes + size > selection.bytesMax);
        if (full) {
          more = true;
          return;
        }
        items.add(item);
        bytes += size;
      }
      last = item.name;
    }

    /**
     * Goes through a folder.
     *
     * @param start what the children's names begin with
     * @param after the rest of the name to begin after; empty to take all
     */
    void through(Node folder, String name, String start, List<String> after) {
      @Nullable String cursor = after.isEmpty() ? null : after.get(0);
      String from = cursor == null || cursor.compareTo(start) < 0 ? start : cursor;
      PSortedMap<String, Node> children =
          from.isEmpty() ? folder.children() : folder.children().tailMap(from, true);
      for (Map.Entry<String, Node> child : children.entrySet()) {
        if (more || !child.getKey().startsWith(start)) {
          return;
        }
        boolean onCursor = child.getKey().equals(cursor);
        String childName = name + child.getKey();
        if (!onCursor && Configs.isItem(child.getValue())) {
          meet(new Item(childName, child.getValue()));
          if (more) {
            return;
          }
        }
        through(
            child.getValue(),
            childName + "/",
            "",
            onCursor ? after.subList(1, after.size()) : List.of());
      }
    }
  }
}
