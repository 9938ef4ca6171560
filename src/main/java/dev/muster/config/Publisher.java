package dev.muster.config;

import dev.muster.config.Edit.Edition;
import dev.muster.config.Schemas.Schema;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The one way by which a content becomes that of an item, whoever publishes it: it is of its
 * format, it satisfies every schema that covers the item, and it makes a release, all in one
 * transaction that does not happen unless what was looked at is still so. What is parsed is parsed
 * off the event loop if it is large, or if a schema is to be applied, which may ask for much.
 */
final class Publisher {
  private final Ledger ledger;
  private final Checks checks = new Checks();

  Publisher(Ledger ledger) {
    this.ledger = ledger;
  }

  /** What a writer asks for. */
  private record Request(
      String namespace,
      String item,
      Path path,
      Edit edit,
      Publication publication,
      Precondition precondition) {}

  /** Publishes a whole content. */
  CompletableFuture<Outcome> put(
      String namespace,
      String item,
      Content content,
      MetadataChange metadata,
      Publication publication,
      Precondition precondition) {
    content.checked(); // refused before anything else is done
    metadata.applyTo(ItemMetadata.NONE);
    return Work.run(Work.isLarge(content.data().length()), () -> fault(item, content))
        .thenCompose(
            fault ->
                fault instanceof Outcome.Refused
                    ? CompletableFuture.completedFuture(fault)
                    : publish(
                        namespace, item, Edits.put(content, metadata), publication, precondition));
  }

  private static @Nullable Outcome fault(String item, Content content) {
    return Checks.syntax(item, content);
  }

  /** As {@link Configs#fault}. */
  Outcome.@Nullable Refused fault(
      State state, String namespace, String item, Content content, ItemMetadata metadata) {
    content.checked();
    metadata.checked();
    Releases.of(namespace, item); // a name that is too long for its history is refused here
    Outcome.@Nullable Refused fault = Checks.syntax(item, content);
    return fault != null
        ? fault
        : checks.schemas(namespace, item, Schemas.covering(state, namespace, item), content);
  }

  /** Makes an edit, again and again while others are faster. */
  CompletableFuture<Outcome> publish(
      String namespace,
      String item,
      Edit edit,
      Publication publication,
      Precondition precondition) {
    Path path = Configs.path(namespace, item);
    Releases.of(namespace, item); // a name that is too long for its history is refused here
    Request request = new Request(namespace, item, path, edit, publication, precondition);
    return Writes.run(ledger, edit.attemptsMax(), state -> decide(state, request));
  }

  private CompletableFuture<Writes.Decision> decide(State state, Request request) {
    if (!Namespaces.exists(state, request.namespace)) {
      return CompletableFuture.completedFuture(Namespaces.unknown(request.namespace));
    }
    Node node = state.tree().find(request.path);
    Node item = Configs.asItem(node);
    Writes.@Nullable Decision refused =
        Preconditions.check(request.precondition, "the item '" + request.item + "'", item);
    if (refused != null) {
      return CompletableFuture.completedFuture(refused);
    }
    List<Schema> schemas = Schemas.covering(state, request.namespace, request.item);
    boolean large = !schemas.isEmpty() || Work.isLarge(request.edit.parsedBytes(item));
    return Work.run(large, () -> decide(state, request, node, item, schemas));
  }

  private Writes.Decision decide(
      State state,
      Request request,
      @Nullable Node node,
      @Nullable Node item,
      List<Schema> schemas) {
    Edit.Result result = request.edit.of(state, item);
    if (result instanceof Edit.Impossible impossible) {
      return new Writes.Decision.Answer(impossible.why());
    }
    Edition edition = (Edition) result;
    PSortedMap<String, String> attributes =
        edition.metadata().in(TreePMap.singleton(Configs.CONTENT_TYPE, edition.content().type()));
    if (item != null
        && item.data().equals(edition.content().data())
        && item.attributes().equals(attributes)) {
      return unchanged(request, item);
    }
    Outcome.@Nullable Refused fault = fault(request, edition, schemas);
    return fault == null
        ? submit(state, request, edition, attributes, node, item)
        : new Writes.Decision.Answer(fault);
  }

  private Outcome.@Nullable Refused fault(Request request, Edition edition, List<Schema> schemas) {
    Outcome.@Nullable Refused fault =
        edition.check() == Edit.Check.ALL ? Checks.syntax(request.item, edition.content()) : null;
    return fault != null || edition.check() == Edit.Check.NOTHING
        ? fault
        : checks.schemas(request.namespace, request.item, schemas, edition.content());
  }

  private static Writes.Decision unchanged(Request request, Node item) {
    List<Guard> guards =
        List.of(
            new Guard.Exists(Namespaces.path(request.namespace)),
            new Guard.Modified(request.path, item.stat().modifiedRevision()));
    return new Writes.Decision.Submit(
        new Command.Transact(guards, List.of()),
        reply -> Preconditions.written(reply, Outcome.Effect.UNCHANGED, item.stat()));
  }

  private static Writes.Decision submit(
      State state,
      Request request,
      Edition edition,
      PSortedMap<String, String> attributes,
      @Nullable Node node,
      @Nullable Node item) {
    List<Guard> guards = guards(state, request, edition, node, item);
    List<Change> changes = new ArrayList<>(4);
    Releases.add(state, request.path, edition, request.publication, changes);
    if (node == null && request.path.depth() > 3) {
      changes.add(new Change.Ensure(request.path.parent(), Life.persistent()));
    }
    changes.add(
        edition.check() == Edit.Check.NOTHING
            ? new Change.SetAttributes(request.path, attributes)
            : new Change.Put(request.path, edition.content().data(), attributes));
    Outcome.Effect effect = item == null ? Outcome.Effect.CREATED : Outcome.Effect.REPLACED;
    boolean inPlace = edition.inPlace();
    return new Writes.Decision.Submit(
        new Command.Transact(guards, changes),
        reply -> Preconditions.written(reply, effect, null, inPlace));
  }

  /** What must still be so for the edition to be right. */
  private static List<Guard> guards(
      State state, Request request, Edition edition, @Nullable Node node, @Nullable Node item) {
    List<Guard> guards = new ArrayList<>(4);
    guards.add(new Guard.Exists(Namespaces.path(request.namespace)));
    boolean demanding = !(request.precondition instanceof Precondition.None);
    if (node == null) {
      guards.add(new Guard.Absent(request.path));
    } else if (item == null || demanding || request.edit.dependsOnContent()) {
      guards.add(new Guard.Modified(request.path, node.stat().modifiedRevision()));
    } else {
      // A whole content does not depend on the one before, and its writers do not hinder each
      // other; but what it keeps of the attributes must not have changed meanwhile.
      guards.add(new Guard.Created(request.path, node.stat().createdRevision()));
      guards.add(new Guard.AttributesVersion(request.path, node.stat().attributesVersion()));
    }
    if (edition.check() != Edit.Check.NOTHING) {
      guards.add(Schemas.unchanged(state, request.namespace));
    }
    return guards;
  }
}
