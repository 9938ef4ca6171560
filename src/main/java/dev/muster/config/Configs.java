package dev.muster.config;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Event;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * Configuration items: content with a content type, under hierarchical names. The item {@code
 * checkout/application.yaml} of a namespace is the node {@code
 * /config/{namespace}/checkout/application.yaml}, and {@code checkout} a plain folder, unless it is
 * an item itself. Folders are made with the first item in them and deleted with the last.
 *
 * <p>They are persistent nodes, not containers: an item may be put where a folder is, and must not
 * perish with the items below it.
 */
@Singleton
public class Configs {
  /** Marks a node as an item. */
  public static final String CONTENT_TYPE = "content-type";

  public static final int CONTENT_TYPE_BYTES_MAX = 256;

  private final Ledger ledger;

  Configs(Ledger ledger) {
    this.ledger = ledger;
  }

  // ---- reading

  /** The item's node; absent if there is none. */
  public static @Nullable Node find(State state, String namespace, String item) {
    return asItem(state.tree().find(path(namespace, item)));
  }

  /** Where an item is. */
  public static Path path(String namespace, String item) {
    return Namespaces.item(namespace, item);
  }

  public static boolean isItem(Node node) {
    return node.attributes().containsKey(CONTENT_TYPE);
  }

  private static @Nullable Node asItem(@Nullable Node node) {
    return node != null && isItem(node) ? node : null;
  }

  public static String contentType(Node item) {
    return item.attributes().getOrDefault(CONTENT_TYPE, "application/octet-stream");
  }

  /** The item's name, from where it is. */
  public static String name(Path path) {
    return String.join("/", path.segments().subList(2, path.depth()));
  }

  /** What an event means to those who know items only. */
  public enum Happening {
    PUT,
    DELETED,
    /** Something about a folder. */
    NOTHING
  }

  public static Happening happening(Event event) {
    boolean item = isItem(event.node());
    return switch (event.type()) {
      case CREATED, ATTRIBUTES_CHANGED -> item ? Happening.PUT : Happening.NOTHING;
      // An item that was deleted while others are below it goes on as a folder.
      case DATA_CHANGED -> item ? Happening.PUT : Happening.DELETED;
      case DELETED -> item ? Happening.DELETED : Happening.NOTHING;
    };
  }

  // ---- writing

  /** Sets an item's content and type. */
  public CompletableFuture<Outcome> put(
      String namespace,
      String item,
      String contentType,
      Bytes content,
      Publication publication,
      Precondition precondition) {
    Limits.atMost(
        "item.content-type", Bytes.utf8(contentType).length(), CONTENT_TYPE_BYTES_MAX, "bytes");
    Path path = path(namespace, item);
    Releases.of(namespace, item); // a name that is too long for its history is refused here
    Content next = new Content(contentType, content, Releases.Action.PUBLISHED, 0, publication);
    return Writes.run(ledger, state -> put(state, namespace, path, next, precondition));
  }

  /**
   * Publishes an old release again, as a release of its own. An item that was deleted is there
   * again.
   */
  public CompletableFuture<Outcome> rollback(
      String namespace,
      String item,
      long number,
      Publication publication,
      Precondition precondition) {
    Path path = path(namespace, item);
    return Writes.run(
        ledger,
        state -> {
          if (!Namespaces.exists(state, namespace)) {
            return Namespaces.unknown(namespace);
          }
          Releases.Release release = Releases.find(state, namespace, item, number);
          if (release == null || release.action() == Releases.Action.DELETED) {
            return Writes.refuse(
                Outcome.Reason.UNKNOWN_RELEASE,
                "release %d of '%s' %s"
                    .formatted(
                        number,
                        item,
                        release == null
                            ? "does not exist, or is not kept any more"
                            : "is its deletion: there is no content to go back to"),
                number);
          }
          Content old =
              new Content(
                  release.contentType(),
                  release.content(),
                  Releases.Action.ROLLED_BACK,
                  number,
                  publication);
          return put(state, namespace, path, old, precondition);
        });
  }

  /** What an item is to hold, and how it came to that. */
  private record Content(
      String type, Bytes data, Releases.Action action, long origin, Publication publication) {}

  private static Writes.Decision put(
      State state, String namespace, Path path, Content content, Precondition precondition) {
    PSortedMap<String, String> attributes = TreePMap.singleton(CONTENT_TYPE, content.type);
    if (!Namespaces.exists(state, namespace)) {
      return Namespaces.unknown(namespace);
    }
    Node node = state.tree().find(path);
    Node item = asItem(node);
    Writes.@Nullable Decision refused =
        Preconditions.check(precondition, "the item '" + name(path) + "'", item);
    if (refused != null) {
      return refused;
    }
    List<Guard> guards = new ArrayList<>(2);
    guards.add(new Guard.Exists(Namespaces.path(namespace)));
    if (item != null && item.data().equals(content.data) && item.attributes().equals(attributes)) {
      guards.add(new Guard.Modified(path, item.stat().modifiedRevision()));
      return new Writes.Decision.Submit(
          new Command.Transact(guards, List.of()),
          reply -> Preconditions.written(reply, Outcome.Effect.UNCHANGED, item.stat()));
    }
    // Only a writer with a condition, or one that answers "created", depends on what was there.
    if (node == null) {
      guards.add(new Guard.Absent(path));
    } else if (item == null || !(precondition instanceof Precondition.None)) {
      guards.add(new Guard.Modified(path, node.stat().modifiedRevision()));
    } else {
      guards.add(new Guard.Exists(path));
    }
    List<Change> changes = new ArrayList<>(4);
    Releases.add(
        state,
        path,
        content.action,
        content.publication,
        content.origin,
        content.type,
        content.data,
        changes);
    if (node == null && path.depth() > 3) {
      changes.add(new Change.Ensure(path.parent(), Life.persistent()));
    }
    changes.add(new Change.Put(path, content.data, attributes));
    Outcome.Effect effect = item == null ? Outcome.Effect.CREATED : Outcome.Effect.REPLACED;
    return new Writes.Decision.Submit(
        new Command.Transact(guards, changes), reply -> Preconditions.written(reply, effect, null));
  }

  /** Deletes an item, and the folders that hold nothing without it. */
  public CompletableFuture<Outcome> delete(
      String namespace, String item, Publication publication, Precondition precondition) {
    Path path = path(namespace, item);
    return Writes.run(ledger, state -> delete(state, namespace, path, publication, precondition));
  }

  private static Writes.Decision delete(
      State state,
      String namespace,
      Path path,
      Publication publication,
      Precondition precondition) {
    if (!Namespaces.exists(state, namespace)) {
      return Namespaces.unknown(namespace);
    }
    Node item = asItem(state.tree().find(path));
    if (item == null) {
      return Writes.refuse(
          Outcome.Reason.UNKNOWN_ITEM,
          "there is no item '" + name(path) + "' in the namespace '" + namespace + "'");
    }
    Writes.@Nullable Decision refused =
        Preconditions.check(precondition, "the item '" + name(path) + "'", item);
    if (refused != null) {
      return refused;
    }
    List<Guard> guards = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    guards.add(new Guard.Modified(path, item.stat().modifiedRevision()));
    Releases.add(state, path, Releases.Action.DELETED, publication, 0, "", Bytes.EMPTY, changes);
    if (item.children().isEmpty()) {
      changes.add(new Change.Delete(path));
      deleteEmptied(state, path, guards, changes);
    } else {
      changes.add(new Change.Put(path, Bytes.EMPTY, TreePMap.empty()));
    }
    return new Writes.Decision.Submit(
        new Command.Transact(guards, changes), Preconditions::deleted);
  }

  /** The folders above that hold the deleted path and nothing else. */
  private static void deleteEmptied(
      State state, Path deleted, List<Guard> guards, List<Change> changes) {
    for (int depth = deleted.depth() - 1; depth > 2; depth--) {
      Path path = deleted.ancestor(depth);
      Node folder = state.tree().find(path);
      if (folder == null || isItem(folder) || folder.children().size() > 1) {
        return;
      }
      guards.add(new Guard.Modified(path, folder.stat().modifiedRevision()));
      changes.add(new Change.Delete(path));
    }
  }
}
