package dev.muster.config;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The history of items. Whatever changes an item makes a release in the same transaction: a node
 * {@code /history/{namespace}/{item}/r{number}} that never changes, with the content and who
 * changed it and why. An item's name is one segment there, its slashes and percent signs
 * percent-encoded, so that no item's history is in the way of another's.
 *
 * <p>The newest {@link #KEPT_MAX} releases of an item are kept, as far as they have no more than
 * {@link #KEPT_BYTES_MAX} together, and a few more for a while; the newest one always. They are
 * kept for an item that is deleted, too: its last release says so, and any other can be published
 * again.
 */
public final class Releases {
  public static final int KEPT_MAX = 100;
  public static final long KEPT_BYTES_MAX = 8 << 20;

  /** Old ones go several at once: concurrent writers of an item then seldom drop the same ones. */
  private static final int DROPPED_AT_ONCE_MAX = 16;

  private static final Path HISTORY = Path.of("/history");
  private static final String PREFIX = "r";
  private static final String ACTION = "action";
  private static final String AUTHOR = "author";
  private static final String MESSAGE = "message";
  private static final String ORIGIN = "origin";

  private Releases() {}

  /** What a release did. */
  public enum Action {
    PUBLISHED,
    DELETED,
    ROLLED_BACK;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Action of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /**
   * A release.
   *
   * @param number counts the changes of the item, from 1 on
   * @param revision that made it
   * @param origin the number of the release that was published again; 0 for none
   */
  public record Release(
      long number,
      long revision,
      long millis,
      Action action,
      Publication publication,
      long origin,
      String contentType,
      Bytes content) {

    private static Release of(String name, Node node) {
      Map<String, String> attributes = node.attributes();
      return new Release(
          numberOf(name),
          node.stat().createdRevision(),
          node.stat().createdMillis(),
          Action.of(attributes.getOrDefault(ACTION, Action.PUBLISHED.text())),
          new Publication(
              attributes.getOrDefault(AUTHOR, ""), attributes.getOrDefault(MESSAGE, "")),
          Long.parseLong(attributes.getOrDefault(ORIGIN, "0")),
          attributes.getOrDefault(Configs.CONTENT_TYPE, ""),
          node.data());
    }
  }

  /** Some of a history, newest first. */
  public record Page(List<Release> releases, boolean more) {}

  // ---- where things are

  /** Where all histories of a namespace are. */
  public static Path of(String namespace) {
    return HISTORY.child(namespace);
  }

  /** Where an item's history is. */
  public static Path of(String namespace, String item) {
    return HISTORY.resolve(namespace + '/' + item.replace("%", "%25").replace("/", "%2F"));
  }

  private static long numberOf(String name) {
    return Long.parseLong(name.substring(PREFIX.length())) + 1; // the tree counts from 0
  }

  private static String name(long number) {
    return "%s%010d".formatted(PREFIX, number - 1);
  }

  // ---- reading

  /** The release of that number; absent if there was none, or it is not kept any more. */
  public static @Nullable Release find(State state, String namespace, String item, long number) {
    Node history = state.tree().find(of(namespace, item));
    Node release = history == null ? null : history.children().get(name(number));
    return release == null ? null : Release.of(name(number), release);
  }

  /** The release that was in force at a time; absent if none is kept that is so old. */
  public static @Nullable Release at(State state, String namespace, String item, long millis) {
    for (Release release : newestFirst(state, namespace, item)) {
      if (release.millis() <= millis) {
        return release;
      }
    }
    return null;
  }

  /** Up to {@code limit} releases below a number, newest first. */
  public static Page page(State state, String namespace, String item, long below, int limit) {
    List<Release> found = new ArrayList<>();
    for (Release release : newestFirst(state, namespace, item)) {
      if (release.number() < below) {
        if (found.size() == limit) {
          return new Page(found, true);
        }
        found.add(release);
      }
    }
    return new Page(found, false);
  }

  private static List<Release> newestFirst(State state, String namespace, String item) {
    Node history = state.tree().find(of(namespace, item));
    if (history == null) {
      return List.of();
    }
    List<Release> releases = new ArrayList<>(history.children().size());
    history.children().forEach((name, node) -> releases.add(Release.of(name, node)));
    Collections.reverse(releases);
    return releases;
  }

  // ---- writing

  /** What makes a release of a change, and drops what need not be kept any more. */
  static void add(
      State state,
      Path item,
      Action action,
      Publication publication,
      long origin,
      String contentType,
      Bytes content,
      List<Change> changes) {
    Path path = of(item.segments().get(1), Configs.name(item));
    Node history = state.tree().find(path);
    if (history == null) {
      changes.add(new Change.Ensure(path, Life.persistent()));
    } else {
      drop(path, history, content.length(), changes);
    }
    PSortedMap<String, String> attributes = TreePMap.singleton(ACTION, action.text());
    attributes = with(attributes, AUTHOR, publication.author());
    attributes = with(attributes, MESSAGE, publication.message());
    attributes = with(attributes, ORIGIN, origin == 0 ? "" : Long.toString(origin));
    attributes = with(attributes, Configs.CONTENT_TYPE, contentType);
    changes.add(
        new Change.Create(path.child(PREFIX), content, attributes, Life.persistent(), true));
  }

  /** The number of the release that a transaction has made; 0 if it has made none. */
  static long made(Reply.Done done) {
    for (Reply.Outcome outcome : done.outcomes()) {
      Path path = outcome.path();
      if (outcome.stat() != null && path.depth() == 4 && path.ancestor(1).equals(HISTORY)) {
        return numberOf(path.name());
      }
    }
    return 0;
  }

  private static PSortedMap<String, String> with(
      PSortedMap<String, String> attributes, String name, String value) {
    return value.isEmpty() ? attributes : attributes.plus(name, value);
  }

  private static void drop(Path path, Node history, long added, List<Change> changes) {
    int kept = history.children().size() + 1;
    long bytes = added;
    for (Node release : history.children().values()) {
      bytes += release.data().length();
    }
    if (kept <= KEPT_MAX + DROPPED_AT_ONCE_MAX && bytes <= KEPT_BYTES_MAX) {
      return;
    }
    int dropped = 0;
    for (Map.Entry<String, Node> oldest : history.children().entrySet()) {
      if ((kept <= KEPT_MAX && bytes <= KEPT_BYTES_MAX) || dropped == DROPPED_AT_ONCE_MAX) {
        return;
      }
      changes.add(new Change.DeleteSubtree(path.child(oldest.getKey())));
      bytes -= oldest.getValue().data().length();
      kept--;
      dropped++;
    }
  }
}
