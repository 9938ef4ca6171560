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
import dev.muster.ledger.Ledger;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * Namespaces: each holds configuration items and services of its own. One exists if {@code
 * /muster/namespaces/{name}} does, which has its description; {@code /config/{name}} and {@code
 * /services/{name}} come and go with it.
 */
@Singleton
public class Namespaces {
  public static final Path ALL = Path.of("/muster/namespaces");
  public static final String NAME_RULE =
      "1 to 128 letters, digits, '.', '_' and '-' of ASCII, the first a letter or digit";
  public static final int DESCRIPTION_BYTES_MAX = 1_024;

  /** More instances than this no namespace may have, whatever is asked for. */
  public static final long INSTANCES_MAX_MAX = 2_000_000;

  public static final long INSTANCES_MAX_DEFAULT = 100_000;

  /** What holds the items of all namespaces. */
  public static final Path CONFIG = Path.of("/config");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Path SERVICES = Path.of("/services");
  private static final String DESCRIPTION = "description";
  private static final String INSTANCES_MAX = "instances-max";

  private final Ledger ledger;

  Namespaces(Ledger ledger) {
    this.ledger = ledger;
  }

  // ---- where things are

  /** Whether a text may name a namespace; see {@link #NAME_RULE}. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The node whose presence means that the namespace exists. */
  public static Path path(String name) {
    return ALL.child(name);
  }

  public static Path configs(String name) {
    return CONFIG.child(name);
  }

  /** Where an item of the namespace is; the item's name may have slashes. */
  static Path item(String name, String item) {
    return CONFIG.resolve(name + '/' + item);
  }

  public static Path services(String name) {
    return SERVICES.child(name);
  }

  // ---- reading

  /** The namespace's node; absent if it does not exist. */
  public static @Nullable Node find(State state, String name) {
    return state.tree().find(path(name));
  }

  public static boolean exists(State state, String name) {
    return find(state, name) != null;
  }

  /** What its maker wrote about a namespace, given its node. */
  public static String description(Node namespace) {
    return namespace.attributes().getOrDefault(DESCRIPTION, "");
  }

  /** How many instances its services may have in all, given its node. */
  public static long instancesMax(Node namespace) {
    String max = namespace.attributes().get(INSTANCES_MAX);
    return max == null ? INSTANCES_MAX_DEFAULT : Long.parseLong(max);
  }

  /** Some of a listing, in the order of names. */
  public record Page(List<Map.Entry<String, Node>> namespaces, boolean more) {}

  /** Up to {@code limit} namespaces after a name; {@code ""} for the first ones. */
  public static Page page(State state, String afterName, int limit) {
    Node all = state.tree().find(ALL);
    List<Map.Entry<String, Node>> found = new ArrayList<>();
    if (all != null) {
      for (Map.Entry<String, Node> entry : all.children().tailMap(afterName, false).entrySet()) {
        if (found.size() == limit) {
          return new Page(found, true);
        }
        found.add(entry);
      }
    }
    return new Page(found, false);
  }

  // ---- writing

  /**
   * What its maker wants of a namespace; what is absent stays, or is the default of a new one.
   *
   * @param instancesMax how many instances its services may have in all
   */
  public record Wish(String description, Retention.Wish history, @Nullable Long instancesMax) {
    public Wish {
      Limits.atMost(
          "namespace.description",
          Bytes.utf8(description).length(),
          DESCRIPTION_BYTES_MAX,
          "bytes");
      if (instancesMax != null) {
        Limits.between("namespace.instances", instancesMax, 0, INSTANCES_MAX_MAX, "instances");
      }
    }

    /** With nothing but a description. */
    public static Wish describedAs(String description) {
      return new Wish(description, Retention.Wish.NONE, null);
    }

    /** The attributes of a namespace that has these now. */
    private PSortedMap<String, String> in(PSortedMap<String, String> before) {
      PSortedMap<String, String> described =
          description.isEmpty() ? TreePMap.empty() : TreePMap.singleton(DESCRIPTION, description);
      String max = instancesMax == null ? before.get(INSTANCES_MAX) : instancesMax.toString();
      return history.in(max == null ? described : described.plus(INSTANCES_MAX, max), before);
    }
  }

  /** Creates a namespace, or gives one that exists this description. */
  public CompletableFuture<Outcome> put(
      String name, String description, Precondition precondition) {
    return put(name, Wish.describedAs(description), precondition);
  }

  /** Creates a namespace, or changes one that exists, as wished. */
  public CompletableFuture<Outcome> put(String name, Wish wish, Precondition precondition) {
    return Writes.run(ledger, state -> put(state, name, wish, precondition));
  }

  private static Writes.Decision put(
      State state, String name, Wish wish, Precondition precondition) {
    Path path = path(name);
    Node present = state.tree().find(path);
    PSortedMap<String, String> attributes =
        wish.in(present == null ? TreePMap.empty() : present.attributes());
    Writes.@Nullable Decision refused =
        Preconditions.check(precondition, "the namespace '" + name + "'", present);
    if (refused != null) {
      return refused;
    }
    if (present == null) {
      Node remains = state.tree().find(Releases.of(name));
      if (remains != null) {
        return Writes.refuse(
            Outcome.Reason.NAMESPACE_NOT_GONE,
            "a namespace '"
                + name
                + "' was deleted, and "
                + remains.subtreeNodes()
                + " nodes of its histories are still to be removed: try again in a few seconds",
            remains.subtreeNodes());
      }
      List<Change> changes =
          List.of(
              new Change.Ensure(configs(name), Life.persistent()),
              new Change.Ensure(services(name), Life.persistent()),
              new Change.Ensure(ALL, Life.persistent()),
              new Change.Create(path, Bytes.EMPTY, attributes, Life.persistent(), false));
      return new Writes.Decision.Submit(
          new Command.Transact(
              List.of(new Guard.Absent(path), new Guard.Absent(Releases.of(name))), changes),
          reply -> Preconditions.written(reply, Outcome.Effect.CREATED, null));
    }
    boolean unchanged = present.attributes().equals(attributes);
    List<Change> changes =
        unchanged ? List.of() : List.of(new Change.SetAttributes(path, attributes));
    return new Writes.Decision.Submit(
        new Command.Transact(
            List.of(new Guard.Modified(path, present.stat().modifiedRevision())), changes),
        reply ->
            Preconditions.written(
                reply,
                unchanged ? Outcome.Effect.UNCHANGED : Outcome.Effect.REPLACED,
                present.stat()));
  }

  /**
   * Deletes a namespace, with its schemas and histories. Histories that are too many for one
   * revision are removed by {@link HistoryReaper} afterwards; until they are gone, nobody sees
   * them, and no namespace of that name is created.
   *
   * @param force with all that is in it, in one revision, as far as {@link
   *     Limits#SUBTREE_DELETE_NODES_MAX} allows; else only an empty one, of whose items none can be
   *     restored
   */
  public CompletableFuture<Outcome> delete(String name, boolean force, Precondition precondition) {
    return Writes.run(ledger, state -> delete(state, name, force, precondition));
  }

  private static Writes.Decision delete(
      State state, String name, boolean force, Precondition precondition) {
    Path path = path(name);
    Node present = state.tree().find(path);
    if (present == null) {
      return unknown(name);
    }
    Writes.@Nullable Decision refused =
        Preconditions.check(precondition, "the namespace '" + name + "'", present);
    if (refused != null) {
      return refused;
    }
    List<Change> changes = new ArrayList<>();
    for (Path branch : List.of(configs(name), services(name))) {
      Node node = state.tree().find(branch);
      if (node == null) {
        continue;
      }
      if (!force && !node.children().isEmpty()) {
        return Writes.refuse(
            Outcome.Reason.NAMESPACE_NOT_EMPTY,
            "the namespace '"
                + name
                + "' is not empty: "
                + branch
                + " holds "
                + (node.subtreeNodes() - 1)
                + " nodes; delete them first, or use ?force=true to delete them with it",
            node.subtreeNodes() - 1);
      }
      changes.add(force ? new Change.DeleteSubtree(branch) : new Change.Delete(branch));
    }
    long restorable = children(state, Releases.of(name));
    if (!force && restorable > 0) {
      return Writes.refuse(
          Outcome.Reason.NAMESPACE_NOT_EMPTY,
          "the namespace '"
              + name
              + "' keeps the histories of deleted items, which could still be restored; use"
              + " ?force=true to delete them with it",
          restorable);
    }
    List<Guard> guards = new ArrayList<>();
    guards.add(new Guard.Modified(path, present.stat().modifiedRevision()));
    long nodes = 1;
    for (Path branch : List.of(configs(name), services(name), Schemas.of(name))) {
      nodes += nodes(state, branch);
    }
    boolean histories = nodes + nodes(state, Releases.of(name)) <= Limits.SUBTREE_DELETE_NODES_MAX;
    for (Path branch :
        histories ? List.of(Releases.of(name), Schemas.of(name)) : List.of(Schemas.of(name))) {
      if (state.tree().find(branch) == null) {
        guards.add(new Guard.Absent(branch)); // what comes meanwhile must not outlive it
      } else {
        changes.add(new Change.DeleteSubtree(branch));
      }
    }
    changes.add(new Change.Delete(path));
    return new Writes.Decision.Submit(
        new Command.Transact(guards, changes), Preconditions::deleted);
  }

  private static long children(State state, Path branch) {
    Node node = state.tree().find(branch);
    return node == null ? 0 : node.children().size();
  }

  private static long nodes(State state, Path branch) {
    Node node = state.tree().find(branch);
    return node == null ? 0 : node.subtreeNodes();
  }

  static Writes.Decision unknown(String name) {
    return Writes.refuse(
        Outcome.Reason.UNKNOWN_NAMESPACE, "there is no namespace '" + name + "'; create it first");
  }
}
