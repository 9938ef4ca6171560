package dev.muster.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * One command's work on top of a state: sealed into the next state, or dropped as if it had never
 * been. The methods are the rules of the tree; each answers a refusal or makes its change. Not for
 * use by several threads.
 */
public final class Draft {
  private final State base;
  private final long revision;
  private final long timeMillis;
  private Tree tree;
  private PSortedMap<Long, Session> sessions;
  private Settings settings;
  private final List<Event> events = new ArrayList<>();
  private final List<Path> outcomes = new ArrayList<>();
  private long deletedNodes;

  Draft(State base) {
    this.base = base;
    this.revision = base.revision() + 1;
    this.timeMillis = base.timeMillis();
    this.tree = base.tree();
    this.sessions = base.sessions();
    this.settings = base.settings();
  }

  public Tree tree() {
    return tree;
  }

  public @Nullable Node find(Path path) {
    return tree.find(path);
  }

  public @Nullable Session session(long id) {
    return sessions.get(id);
  }

  public Settings settings() {
    return settings;
  }

  // ---- the tree

  Reply.@Nullable Refused create(Change.Create create) {
    if (create.path().isRoot()) {
      return Reply.Refused.of(Refusal.ROOT, "the root exists and cannot be created");
    }
    Path parentPath = create.path().parent();
    Node parent = find(parentPath);
    if (parent == null) {
      return Reply.Refused.of(Refusal.NO_PARENT, parentPath + " does not exist");
    }
    if (parent.stat().life().isEphemeral()) {
      return Reply.Refused.of(
          Refusal.EPHEMERAL_PARENT, parentPath + " is ephemeral and cannot have children");
    }
    Path path = create.path();
    if (create.sequential()) {
      String name =
          path.name() + String.format(Locale.ROOT, "%010d", parent.stat().childrenCreated());
      path = parentPath.trustedChild(name);
      int bytes = Limits.utf8Length(path.toString());
      if (bytes > Limits.PATH_BYTES_MAX) {
        return Reply.Refused.of(
            Refusal.PATH_TOO_LONG,
            "with its suffix, path.bytes would be " + bytes + "; at most " + Limits.PATH_BYTES_MAX);
      }
    }
    Node present = parent.child(path.name());
    if (present != null) {
      return Reply.Refused.of(
          Refusal.NODE_EXISTS, path + " exists", present.stat().modifiedRevision());
    }
    Node node =
        Node.leaf(
            create.data(), create.attributes(), Stat.created(revision, timeMillis, create.life()));
    Reply.@Nullable Refused refused = checkBudget(Node.weightAsChild(path.name(), node));
    if (refused == null && create.life() instanceof Life.Ephemeral ephemeral) {
      refused = own(ephemeral.session(), path);
    }
    if (refused != null) {
      return refused;
    }
    replace(path, node, Event.Type.CREATED);
    outcomes.add(path);
    return null;
  }

  Reply.@Nullable Refused ensure(Path path, Life life) {
    for (int depth = 1; depth <= path.depth(); depth++) {
      Path step = path.ancestor(depth);
      if (find(step) == null) {
        Reply.@Nullable Refused refused =
            create(new Change.Create(step, Bytes.EMPTY, TreePMap.empty(), life, false));
        if (refused != null) {
          return refused;
        }
        outcomes.remove(outcomes.size() - 1); // the whole Ensure has one outcome
      }
    }
    outcomes.add(path);
    return null;
  }

  /** Sets data, attributes or both; what is absent stays. */
  Reply.@Nullable Refused set(
      Path path, @Nullable Bytes data, @Nullable PSortedMap<String, String> attributes) {
    Node node = find(path);
    if (node == null) {
      return Reply.Refused.of(Refusal.NO_NODE, path + " does not exist");
    }
    Stat stat = node.stat();
    if (data != null) {
      stat = stat.dataSet(revision, timeMillis);
    }
    if (attributes != null && (data == null || !attributes.equals(node.attributes()))) {
      stat = stat.attributesSet(revision, timeMillis);
    }
    Node changed =
        node.withContent(
            data == null ? node.data() : data,
            attributes == null ? node.attributes() : attributes,
            stat);
    Reply.@Nullable Refused refused = checkBudget(changed.subtreeBytes() - node.subtreeBytes());
    if (refused != null) {
      return refused;
    }
    replace(path, changed, data == null ? Event.Type.ATTRIBUTES_CHANGED : Event.Type.DATA_CHANGED);
    outcomes.add(path);
    return null;
  }

  Reply.@Nullable Refused delete(Path path) {
    Node node = find(path);
    if (node != null && !path.isRoot() && !node.children().isEmpty()) {
      return Reply.Refused.of(
          Refusal.NOT_EMPTY, path + " has " + node.children().size() + " children");
    }
    return deleteSubtree(path);
  }

  Reply.@Nullable Refused deleteSubtree(Path path) {
    if (path.isRoot()) {
      return Reply.Refused.of(Refusal.ROOT, "the root cannot be deleted");
    }
    Node node = find(path);
    if (node == null) {
      return Reply.Refused.of(Refusal.NO_NODE, path + " does not exist");
    }
    long deletedAfter = deletedNodes + node.subtreeNodes();
    if (deletedAfter > Limits.SUBTREE_DELETE_NODES_MAX) {
      return Reply.Refused.of(
          Refusal.SUBTREE_TOO_LARGE,
          path
              + " would make it "
              + deletedAfter
              + " nodes deleted at once; at most "
              + Limits.SUBTREE_DELETE_NODES_MAX
              + " are: delete its parts first",
          deletedAfter);
    }
    remove(path, node);
    outcomes.add(path);
    return null;
  }

  /** Children first, so that a watcher never sees a node whose parent is gone. */
  private void remove(Path path, Node node) {
    for (Map.Entry<String, Node> child : node.children().entrySet()) {
      remove(path.trustedChild(child.getKey()), child.getValue());
    }
    Node last = find(path);
    if (last == null) {
      throw new IllegalStateException("lost " + path + " while deleting it");
    }
    if (last.stat().life() instanceof Life.Ephemeral ephemeral) {
      Session owner = sessions.get(ephemeral.session());
      if (owner != null) {
        sessions = sessions.plus(owner.id(), owner.disowning(path));
      }
    }
    tree = tree.with(path, null, revision, timeMillis);
    deletedNodes++;
    events.add(new Event(revision, Event.Type.DELETED, path, last));
  }

  private void replace(Path path, Node node, Event.Type type) {
    tree = tree.with(path, node, revision, timeMillis);
    events.add(new Event(revision, type, path, node));
  }

  /** Shrinking always passes. */
  private Reply.@Nullable Refused checkBudget(long growthBytes) {
    long after = tree.root().subtreeBytes() + growthBytes;
    long budget = settings.dataBudgetBytes();
    return growthBytes <= 0 || after <= budget
        ? null
        : Reply.Refused.of(
            Refusal.DATA_BUDGET,
            "the tree would weigh "
                + after
                + " bytes; the cluster's data budget is "
                + budget
                + " bytes: delete something or raise the budget",
            after);
  }

  // ---- sessions

  Reply.@Nullable Refused openSession(Command.OpenSession open) {
    if (sessions.containsKey(open.id())) {
      return Reply.Refused.of(
          Refusal.SESSION_EXISTS, "session " + Long.toHexString(open.id()) + " exists");
    }
    if (sessions.size() >= Limits.SESSIONS_MAX) {
      return Reply.Refused.of(
          Refusal.TOO_MANY_SESSIONS,
          "the cluster holds " + sessions.size() + " sessions, as many as it may");
    }
    sessions = sessions.plus(open.id(), Session.opened(open, timeMillis));
    return null;
  }

  void closeSession(long id) {
    Session session = sessions.get(id);
    if (session == null) {
      return;
    }
    for (Path path : session.ephemerals()) {
      Node node = find(path);
      if (node != null) {
        remove(path, node);
      }
    }
    sessions = sessions.minus(id);
  }

  private Reply.@Nullable Refused own(long sessionId, Path path) {
    Session session = sessions.get(sessionId);
    if (session == null) {
      return Guard.noSession(sessionId);
    }
    if (session.ephemerals().size() >= Limits.SESSION_EPHEMERALS_MAX) {
      return Reply.Refused.of(
          Refusal.TOO_MANY_EPHEMERALS,
          "session "
              + Long.toHexString(sessionId)
              + " owns "
              + session.ephemerals().size()
              + " nodes, as many as it may");
    }
    sessions = sessions.plus(sessionId, session.owning(path));
    return null;
  }

  // ---- the cluster

  void enable(Feature feature) {
    if (!settings.has(feature)) {
      settings = settings.with(feature);
    }
  }

  void setDataBudget(long bytes) {
    if (settings.dataBudgetBytes() != bytes) {
      settings = settings.withDataBudget(bytes);
    }
  }

  // ---- the end

  Reply.Done done() {
    List<Reply.Outcome> described = new ArrayList<>(outcomes.size());
    for (Path path : outcomes) {
      Node node = find(path);
      described.add(new Reply.Outcome(path, node == null ? null : node.stat()));
    }
    return new Reply.Done(changed() ? revision : base.revision(), described);
  }

  private boolean changed() {
    return tree != base.tree() || sessions != base.sessions() || settings != base.settings();
  }

  State seal() {
    return changed() ? base.changed(revision, tree, sessions, settings) : base;
  }

  List<Event> events() {
    return events;
  }
}
