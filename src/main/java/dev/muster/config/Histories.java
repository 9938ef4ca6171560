package dev.muster.config;

import dev.muster.config.Releases.Release;
import dev.muster.core.Node;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;

/** The histories of a namespace's items, as a listing. */
public final class Histories {
  private Histories() {}

  /**
   * The history of an item that is or was.
   *
   * @param newest what happened to it last
   * @param content the newest release that it can be rolled back to
   */
  public record History(String item, Release newest, @Nullable Release content) {
    public boolean isDeleted() {
      return newest.action() == Releases.Action.DELETED;
    }
  }

  /**
   * Some of a listing.
   *
   * @param next the item that the next page begins after; absent if this is the last
   */
  public record Page(List<History> histories, @Nullable String next) {}

  /**
   * Up to {@code limit} histories after an item. A page that looked at {@link
   * ConfigLimits#PAGE_LOOKED_AT_MAX} ends, however many it found.
   *
   * @param afterItem {@code ""} for the first ones
   * @param deletedOnly only of items that are deleted
   */
  public static Page page(
      State state, String namespace, String afterItem, int limit, boolean deletedOnly) {
    Node all = state.tree().find(Releases.of(namespace));
    List<History> found = new ArrayList<>();
    if (all == null) {
      return new Page(found, null);
    }
    int looks = 0;
    String last = afterItem;
    for (Map.Entry<String, Node> entry :
        all.children().tailMap(Segments.of(afterItem), false).entrySet()) {
      String item = Segments.name(entry.getKey());
      History history = history(item, entry.getValue());
      if (history != null && (history.isDeleted() || !deletedOnly)) {
        if (found.size() == limit) {
          return new Page(found, last);
        }
        found.add(history);
      }
      last = item;
      if (++looks == ConfigLimits.PAGE_LOOKED_AT_MAX) {
        return new Page(found, last);
      }
    }
    return new Page(found, null);
  }

  private static @Nullable History history(String item, Node node) {
    PSortedMap<String, Node> releases = node.children();
    if (releases.isEmpty()) {
      return null;
    }
    String content = Releases.newestContent(node);
    return new History(
        item,
        release(releases, releases.lastKey()),
        content == null ? null : release(releases, content));
  }

  private static Release release(PSortedMap<String, Node> releases, String name) {
    return Release.of(name, Objects.requireNonNull(releases.get(name)));
  }
}
