package dev.muster.config;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Event;
import dev.muster.core.Guard;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.format.Format;
import dev.muster.format.Syntax;
import dev.muster.ledger.Ledger;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
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

  private final Ledger ledger;
  private final Publisher publisher;

  Configs(Ledger ledger) {
    this.ledger = ledger;
    this.publisher = new Publisher(ledger);
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

  static @Nullable Node asItem(@Nullable Node node) {
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

  /**
   * Why an item could not be published in this state; absent if it can. It may need long: not for
   * an event loop.
   *
   * @throws InvalidMetadataException if its metadata, or its content type, is none
   * @throws IllegalArgumentException saying what is wrong with its name or its size
   */
  public Outcome.@Nullable Refused fault(
      State state, String namespace, String item, Content content, ItemMetadata metadata) {
    return publisher.fault(state, namespace, item, content, metadata);
  }

  /** Sets an item's content and type; its metadata stays. */
  public CompletableFuture<Outcome> put(
      String namespace,
      String item,
      String contentType,
      Bytes content,
      Publication publication,
      Precondition precondition) {
    return put(
        namespace,
        item,
        new Content(contentType, content),
        MetadataChange.NONE,
        publication,
        precondition);
  }

  /** Sets an item's content, and of its metadata what is named. */
  public CompletableFuture<Outcome> put(
      String namespace,
      String item,
      Content content,
      MetadataChange metadata,
      Publication publication,
      Precondition precondition) {
    return publisher.put(namespace, item, content, metadata, publication, precondition);
  }

  /** Gives an item other metadata, all of it; its content stays. */
  public CompletableFuture<Outcome> describe(
      String namespace,
      String item,
      ItemMetadata metadata,
      Publication publication,
      Precondition precondition) {
    Edit edit = Edits.describe(namespace, item, metadata.checked());
    return publisher.publish(namespace, item, edit, publication, precondition);
  }

  /**
   * Applies a JSON merge patch (RFC 7396) to an item of JSON or YAML.
   *
   * @param patch refused if it is no JSON
   */
  public CompletableFuture<Outcome> patch(
      String namespace,
      String item,
      byte[] patch,
      Publication publication,
      Precondition precondition) {
    return Work.run(Work.isLarge(patch.length), () -> Syntax.check(Format.JSON, patch))
        .thenCompose(
            problems ->
                problems.isEmpty()
                    ? publisher.publish(
                        namespace,
                        item,
                        Edits.patch(namespace, item, patch),
                        publication,
                        precondition)
                    : CompletableFuture.completedFuture(
                        new Outcome.Refused(
                            Outcome.Reason.INVALID_PATCH,
                            "the patch is not JSON: " + problems.get(0),
                            -1,
                            Map.of("problems", problems))));
  }

  /** Sets one property of an item of properties, YAML or JSON; all else stays as it is written. */
  public CompletableFuture<Outcome> setProperty(
      String namespace,
      String item,
      String key,
      String value,
      Publication publication,
      Precondition precondition) {
    Edit edit = Edits.property(namespace, item, key, value);
    return publisher.publish(namespace, item, edit, publication, precondition);
  }

  /** Removes one property, as {@link #setProperty} sets it. */
  public CompletableFuture<Outcome> removeProperty(
      String namespace,
      String item,
      String key,
      Publication publication,
      Precondition precondition) {
    Edit edit = Edits.removal(namespace, item, key);
    return publisher.publish(namespace, item, edit, publication, precondition);
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
    Edit edit = Edits.rollback(namespace, item, number);
    return publisher.publish(namespace, item, edit, publication, precondition);
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
    Releases.addDeletion(state, path, publication, changes);
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
