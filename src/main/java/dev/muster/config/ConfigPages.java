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

  /**
   * A page.
   *
   * @param more whether another follows
   * @param last the name that it begins after; of a page without items perhaps one that was passed
   *     over
   */
  public record Page(List<Item> items, boolean more, String last) {}

  /** The folder that holds all names with the prefix: what to watch, and whose tag to compare. */
  public static Path folder(String namespace, String prefix) {
    int slash = prefix.lastIndexOf('/');
    Path configs = Namespaces.configs(namespace);
    return slash < 0 ? configs : configs.resolve(prefix.substring(0, slash));
  }

  /** A page of all items. */
  public static Page page(
      State state, String namespace, String prefix, String afterName, int limit) {
    return page(state, namespace, prefix, afterName, limit, item -> true);
  }

  /**
   * A page of the items that are wanted. One that looked at {@link ConfigLimits#PAGE_LOOKED_AT_MAX}
   * items ends, however many it found.
   *
   * @param afterName begins with the prefix; {@code ""} for the first page
   */
  public static Page page(
      State state,
      String namespace,
      String prefix,
      String afterName,
      int limit,
      Predicate<Node> wanted) {
    Node folder = state.tree().find(folder(namespace, prefix));
    if (folder == null) {
      return new Page(List.of(), false, afterName);
    }
    int start = prefix.lastIndexOf('/') + 1;
    Walk walk = new Walk(limit, wanted, afterName);
    List<String> after =
        afterName.isEmpty() ? List.of() : Arrays.asList(afterName.substring(start).split("/", -1));
    walk.through(folder, prefix.substring(0, start), prefix.substring(start), after);
    return new Page(walk.items, walk.more, walk.last);
  }

  private static final class Walk {
    private final int limit;
    private final Predicate<Node> wanted;
    private final List<Item> items = new ArrayList<>();
    private boolean more;
    private String last;
    private int looks;

    Walk(int limit, Predicate<Node> wanted, String last) {
      this.limit = limit;
      this.wanted = wanted;
      this.last = last;
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
          boolean found = wanted.test(child.getValue());
          if ((found && items.size() == limit) || looks++ == ConfigLimits.PAGE_LOOKED_AT_MAX) {
            more = true;
            return;
          }
          last = childName;
          if (found) {
            items.add(new Item(childName, child.getValue()));
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
