package dev.muster.config;

import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.watch.Changes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client has of many items: where each is, and the revision that the client has of it.
 * Immutable and small, since thousands of them wait: a sorted array of texts, which watchlists of
 * the same items may share, and one of numbers.
 */
public final class Watchlist {
  public static final int ITEMS_MAX = 3_000;

  /** The revision of an item that is not there, and of one that the client knows nothing about. */
  public static final long ABSENT = 0;

  private final String[] paths;
  private final long[] revisions;

  private Watchlist(String[] paths, long[] revisions) {
    this.paths = paths;
    this.revisions = revisions;
  }

  /** An item that is not what the client has; {@code item} is absent if it is not there. */
  public record Difference(String namespace, String name, @Nullable Node item) {
    /** The revision that last modified it; {@link #ABSENT} if it is not there. */
    public long revision() {
      return Watchlist.revision(item);
    }
  }

  /**
   * A watchlist.
   *
   * @param known revisions by {@link Configs#path}
   */
  public static Watchlist of(SortedMap<Path, Long> known) {
    return new Watchlist(
        known.keySet().stream().map(Path::toString).toArray(String[]::new),
        known.values().stream().mapToLong(Long::longValue).toArray());
  }

  /** The same, sharing what it has in common with watchlists that were met before. */
  public Watchlist shared(SharedPaths shared) {
    return new Watchlist(shared.same(paths), revisions);
  }

  public int size() {
    return paths.length;
  }

  /** The newest revision that the client has of any of them: no older state may be shown to it. */
  public long newest() {
    return Arrays.stream(revisions).max().orElse(ABSENT);
  }

  /** Where the items are, in order. */
  public List<Path> items() {
    return Arrays.stream(paths).map(Path::trusted).toList();
  }

  /** Where the namespaces of the items keep theirs, in order. */
  public List<Path> namespaces() {
    return Arrays.stream(paths).map(Watchlist::namespace).distinct().map(Path::trusted).toList();
  }

  /** Whether any of these changes is one of an item of this list. Looks at nothing else. */
  public boolean concerns(Changes.Batch changes) {
    return changes.events().stream()
        .anyMatch(event -> Arrays.binarySearch(paths, event.path().toString()) >= 0);
  }

  /**
   * The items that are something else in this state than what the client has. Those that changed
   * longest ago come first: if not all can be told at once, none waits for ever. About a
   * microsecond for each item of the list.
   */
  public List<Difference> differences(State state) {
    List<Difference> found = new ArrayList<>();
    String folderPath = "";
    Node folder = null;
    for (int i = 0; i < paths.length; i++) {
      String path = paths[i];
      int slash = path.lastIndexOf('/');
      // They are sorted: most are in the same folder as the one before.
      if (slash != folderPath.length() || !path.startsWith(folderPath)) {
        folderPath = path.substring(0, slash);
        folder = state.tree().find(Path.trusted(folderPath));
      }
      Node node = folder == null ? null : folder.child(path.substring(slash + 1));
      Node item = node != null && Configs.isItem(node) ? node : null;
      if (revision(item) != revisions[i]) {
        found.add(difference(path, item));
      }
    }
    found.sort(Comparator.comparingLong(Difference::revision));
    return found;
  }

  private static long revision(@Nullable Node item) {
    return item == null ? ABSENT : item.stat().modifiedRevision();
  }

  private static Difference difference(String path, @Nullable Node item) {
    String namespace = namespace(path);
    return new Difference(
        namespace.substring(namespace.lastIndexOf('/') + 1),
        path.substring(namespace.length() + 1),
        item);
  }

  /** {@code /config/shop} of {@code /config/shop/checkout/application.yaml}. */
  private static String namespace(String path) {
    return path.substring(0, path.indexOf('/', path.indexOf('/', 1) + 1));
  }
}
