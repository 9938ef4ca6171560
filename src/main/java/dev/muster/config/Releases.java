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
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The history of items. Whatever changes an item makes a release in the same transaction: a node
 * {@code /history/{namespace}/{item}/r{number}} that never changes, with the content and who
 * changed it and why. An item's name is one segment there, its slashes and percent signs
 * percent-encoded, so that no item's history is in the way of another's.
 *
 * <p>How many are kept, and for how long, also of an item that is deleted, says the namespace's
 * {@link Retention}.
 */
public final class Releases {
  /** Where the histories of all namespaces are. */
  static final Path ALL = Path.of("/history");

  private static final String PREFIX = "r";
  private static final String ACTION = "action";
  private static final String AUTHOR = "author";
  private static final String MESSAGE = "message";
  private static final String ORIGIN = "origin";

  private Releases() {}

  /** What a release did. */
  public enum Action {
    PUBLISHED,
    /** The same content got another owner, description or labels. */
    DESCRIBED,
    DELETED,
    ROLLED_BACK;

    public String text() {
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
      Bytes content,
      ItemMetadata metadata) {

    static Release of(String name, Node node) {
      PSortedMap<String, String> attributes = node.attributes();
      return new Release(
          numberOf(name),
          node.stat().createdRevision(),
          node.stat().createdMillis(),
          Releases.action(node),
          new Publication(
              attributes.getOrDefault(AUTHOR, ""), attributes.getOrDefault(MESSAGE, "")),
          Long.parseLong(attributes.getOrDefault(ORIGIN, "0")),
          attributes.getOrDefault(Configs.CONTENT_TYPE, ""),
          node.data(),
          ItemMetadata.of(attributes));
    }
  }

  /** Some of a history, newest first. */
  public record Page(List<Release> releases, boolean more) {}

  // ---- where things are

  /** Where all histories of a namespace are. */
  public static Path of(String namespace) {
    return ALL.child(namespace);
  }

  /** Where an item's history is. */
  public static Path of(String namespace, String item) {
    return ALL.resolve(namespace + '/' + Segments.of(item));
  }

  private static long numberOf(String name) {
    return Long.parseLong(name.substring(PREFIX.length())) + 1; // the tree counts from 0
  }

  private static String name(long number) {
    // As the tree names them, whatever digits the default locale has.
    return PREFIX + String.format(Locale.ROOT, "%010d", number - 1);
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

  /** What makes a release of an item's deletion, and drops what need not be kept any more. */
  static void addDeletion(State state, Path item, Publication publication, List<Change> changes) {
    add(state, item, Action.DELETED, TreePMap.empty(), Bytes.EMPTY, publication, changes);
  }

  /** What makes a release of an edition, and drops what need not be kept any more. */
  static void add(
      State state, Path item, Edit.Edition edition, Publication publication, List<Change> changes) {
    PSortedMap<String, String> attributes = edition.metadata().in(TreePMap.empty());
    attributes = with(attributes, ORIGIN, edition.origin() == 0 ? "" : "" + edition.origin());
    attributes = with(attributes, Configs.CONTENT_TYPE, edition.content().type());
    Bytes content = edition.content().data();
    add(state, item, edition.action(), attributes, content, publication, changes);
  }

  private static void add(
      State state,
      Path item,
      Action action,
      PSortedMap<String, String> described,
      Bytes content,
      Publication publication,
      List<Change> changes) {
    String namespace = item.segment(1);
    Path path = of(namespace, Configs.name(item));
    Node history = state.tree().find(path);
    if (history == null) {
      changes.add(new Change.Ensure(path, Life.persistent()));
    } else {
      Retention.of(state, namespace)
          .droppedBy(action, content.length(), history, state.timeMillis())
          .forEach(name -> changes.add(new Change.DeleteSubtree(path.child(name))));
    }
    PSortedMap<String, String> attributes = described.plus(ACTION, action.text());
    attributes = with(attributes, AUTHOR, publication.author());
    attributes = with(attributes, MESSAGE, publication.message());
    changes.add(
        new Change.Create(path.child(PREFIX), content, attributes, Life.persistent(), true));
  }

  /** The name of the newest release with a content; absent if a deletion is all that there is. */
  static @Nullable String newestContent(Node history) {
    PSortedMap<String, Node> releases = history.children();
    String newest = releases.lastKey();
    Node node = releases.get(newest);
    if (node == null || action(node) != Action.DELETED) {
      return newest;
    }
    return releases.size() == 1 ? null : releases.headMap(newest).lastKey();
  }

  /** What a release did, given its node. */
  static Action action(Node release) {
    return Action.of(release.attributes().getOrDefault(ACTION, Action.PUBLISHED.text()));
  }

  /** The number of the release that a transaction has made; 0 if it has made none. */
  static long made(Reply.Done done) {
    for (Reply.Outcome outcome : done.outcomes()) {
      Path path = outcome.path();
      if (outcome.stat() != null && path.depth() == 4 && path.ancestor(1).equals(ALL)) {
        return numberOf(path.name());
      }
    }
    return 0;
  }

  private static PSortedMap<String, String> with(
      PSortedMap<String, String> attributes, String name, String value) {
    return value.isEmpty() ? attributes : attributes.plus(name, value);
  }
}
