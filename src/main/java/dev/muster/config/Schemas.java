package dev.muster.config;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.format.FormatException;
import dev.muster.format.SchemaCheck;
import dev.muster.ledger.Ledger;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * JSON Schemas that items must satisfy to be published. Each has a target: an item, or a prefix of
 * whole segments ({@code checkout} covers {@code checkout/app.yaml}, neither {@code checkout} nor
 * {@code checkouts/x}). It is the node {@code /muster/schemas/{namespace}/{target}}, the target one
 * segment there. An item must satisfy all schemas that cover it.
 */
@Singleton
public class Schemas {
  private static final Path ALL = Path.of("/muster/schemas");
  private static final String SCOPE = "scope";

  /** What a target names. */
  public enum Scope {
    ITEM,
    PREFIX;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A schema in a namespace; its text is the node's data. */
  public record Schema(String target, Scope scope, Node node) {}

  /** Some of a listing, by targets as they are in paths. */
  public record Page(List<Schema> schemas, boolean more) {}

  private final Ledger ledger;

  Schemas(Ledger ledger) {
    this.ledger = ledger;
  }

  // ---- reading

  /** Where the schemas of a namespace are. */
  public static Path of(String namespace) {
    return ALL.child(namespace);
  }

  /** Where the schema of a target is. */
  public static Path of(String namespace, String target) {
    return of(namespace).child(Segments.of(target));
  }

  /** The schema of a target; absent if there is none. */
  public static @Nullable Schema find(State state, String namespace, String target) {
    Node node = state.tree().find(of(namespace, target));
    return node == null ? null : schema(target, node);
  }

  private static Schema schema(String target, Node node) {
    boolean prefix = Scope.PREFIX.text().equals(node.attributes().get(SCOPE));
    return new Schema(target, prefix ? Scope.PREFIX : Scope.ITEM, node);
  }

  /** Up to {@code limit} schemas after a target; {@code ""} for the first ones. */
  public static Page page(State state, String namespace, String afterTarget, int limit) {
    Node all = state.tree().find(of(namespace));
    List<Schema> found = new ArrayList<>();
    if (all != null) {
      for (Map.Entry<String, Node> entry :
          all.children().tailMap(Segments.of(afterTarget), false).entrySet()) {
        if (found.size() == limit) {
          return new Page(found, true);
        }
        found.add(schema(Segments.name(entry.getKey()), entry.getValue()));
      }
    }
    return new Page(found, false);
  }

  /** The schemas that an item must satisfy: those of its prefixes, the shortest first, and its. */
  static List<Schema> covering(State state, String namespace, String item) {
    Node all = state.tree().find(of(namespace));
    if (all == null || all.children().isEmpty()) {
      return List.of();
    }
    List<Schema> covering = new ArrayList<>(2);
    for (int slash = item.indexOf('/'); slash >= 0; slash = item.indexOf('/', slash + 1)) {
      add(all, item.substring(0, slash), Scope.PREFIX, covering);
    }
    add(all, item, Scope.ITEM, covering);
    return covering;
  }

  private static void add(Node all, String target, Scope scope, List<Schema> covering) {
    Node node = all.child(Segments.of(target));
    if (node != null) {
      Schema schema = schema(target, node);
      if (schema.scope == scope) {
        covering.add(schema);
      }
    }
  }

  /** Holds as long as the namespace's schemas are those of this state. */
  static Guard unchanged(State state, String namespace) {
    Path path = of(namespace);
    Node all = state.tree().find(path);
    return all == null
        ? new Guard.Absent(path) // of an absent node, Unchanged would look at its surroundings
        : new Guard.Unchanged(path, all.stat().subtreeRevision());
  }

  // ---- writing

  /**
   * Sets the schema of a target.
   *
   * @param json the schema as it is kept; refused if it is none
   * @param existingMayViolate whether items that are there may violate it: they stay, and must
   *     satisfy it when they are published the next time
   */
  public CompletableFuture<Outcome> put(
      String namespace,
      String target,
      Scope scope,
      Bytes json,
      boolean existingMayViolate,
      Precondition precondition) {
    Limits.atMost("schema.bytes", json.length(), ConfigLimits.SCHEMA_BYTES_MAX, "bytes");
    Path path = of(namespace, target);
    Configs.path(namespace, target); // what is no name of an item or a folder has no schema
    PSortedMap<String, String> attributes = TreePMap.singleton(SCOPE, scope.text());
    return Work.run(true, () -> SchemaCheck.compile(json.array()))
        .thenCompose(
            check -> {
              ExistingItems existing =
                  new ExistingItems(namespace, target, scope, check, existingMayViolate);
              return Writes.run(
                  ledger,
                  ConfigLimits.EDIT_ATTEMPTS_MAX,
                  state ->
                      Work.run(
                          true,
                          () ->
                              put(
                                  state,
                                  namespace,
                                  path,
                                  json,
                                  attributes,
                                  existing,
                                  precondition)));
            })
        .exceptionally(Schemas::invalid);
  }

  private static Outcome invalid(Throwable failed) {
    Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
    if (!(cause instanceof FormatException malformed)) {
      throw new CompletionException(cause);
    }
    return new Outcome.Refused(
        Outcome.Reason.INVALID_SCHEMA,
        String.valueOf(malformed.getMessage()),
        -1,
        Map.of("problems", malformed.problems()));
  }

  private static Writes.Decision put(
      State state,
      String namespace,
      Path path,
      Bytes json,
      PSortedMap<String, String> attributes,
      ExistingItems existing,
      Precondition precondition) {
    if (!Namespaces.exists(state, namespace)) {
      return Namespaces.unknown(namespace);
    }
    Node present = state.tree().find(path);
    Writes.@Nullable Decision refused =
        Preconditions.check(precondition, "the schema of '" + existing.target() + "'", present);
    if (refused != null) {
      return refused;
    }
    List<Guard> guards = new ArrayList<>(4);
    guards.add(new Guard.Exists(Namespaces.path(namespace)));
    if (present != null && present.data().equals(json) && present.attributes().equals(attributes)) {
      guards.add(new Guard.Modified(path, present.stat().modifiedRevision()));
      return new Writes.Decision.Submit(
          new Command.Transact(guards, List.of()),
          reply -> Preconditions.written(reply, Outcome.Effect.UNCHANGED, present.stat()));
    }
    Node all = state.tree().find(of(namespace));
    if (present == null && all != null) {
      Limits.atMost(
          "schemas", all.children().size() + 1L, ConfigLimits.SCHEMAS_MAX, "in a namespace");
    }
    Outcome.@Nullable Refused violated = existing.check(state);
    if (violated != null) {
      return new Writes.Decision.Answer(violated);
    }
    guards.add(unchanged(state, namespace));
    existing.unchanged(state).ifPresent(guards::add);
    List<Change> changes =
        List.of(
            new Change.Ensure(of(namespace), Life.persistent()),
            new Change.Put(path, json, attributes));
    return new Writes.Decision.Submit(
        new Command.Transact(guards, changes),
        reply ->
            Preconditions.written(
                reply, present == null ? Outcome.Effect.CREATED : Outcome.Effect.REPLACED, null));
  }

  /** Deletes the schema of a target; its items are as free as they were before it. */
  public CompletableFuture<Outcome> delete(
      String namespace, String target, Precondition precondition) {
    Path path = of(namespace, target);
    return Writes.run(
        ledger,
        state -> {
          if (!Namespaces.exists(state, namespace)) {
            return Namespaces.unknown(namespace);
          }
          Node present = state.tree().find(path);
          if (present == null) {
            return Writes.refuse(
                Outcome.Reason.UNKNOWN_SCHEMA, "there is no schema of '" + target + "'");
          }
          Writes.@Nullable Decision refused =
              Preconditions.check(precondition, "the schema of '" + target + "'", present);
          if (refused != null) {
            return refused;
          }
          return new Writes.Decision.Submit(
              new Command.Transact(
                  List.of(new Guard.Modified(path, present.stat().modifiedRevision())),
                  List.of(new Change.Delete(path))),
              Preconditions::deleted);
        });
  }
}
