package dev.muster.codec;

import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Proposer;
import dev.muster.core.Session;
import dev.muster.core.State;
import dev.muster.core.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.pcollections.PSortedMap;
import org.pcollections.TreePSet;

/** Reads what {@link SnapshotWriter} wrote, and finds again what follows from the tree. */
final class SnapshotReader {
  /** Far above the depth of any path, far below what the stack can hold. */
  private static final int DEPTH_MAX = 1_024;

  /** Counts are believed only as far as this; more is allocated as it arrives. */
  private static final int CAPACITY_MAX = 1_024;

  private final BlockInput blocks;
  private final String writer;
  private Input in;

  private final List<String> names = new ArrayList<>();
  private final TreeSet<Path> perishable = new TreeSet<>();
  private final TreeMap<Long, TreeSet<Path>> owned = new TreeMap<>();

  SnapshotReader(BlockInput blocks, String writer) throws IOException {
    this.blocks = blocks;
    this.writer = writer;
    this.in = blocks.next(writer);
  }

  State read() throws IOException {
    SnapshotWire.Head head = SnapshotWire.HEAD.read(in);
    PSortedMap<Long, Session> sessions = sessions();
    PSortedMap<String, Proposer> proposers = proposers();
    Node root = node(SnapshotWire.LEAF.read(item()));
    in.end();
    in = blocks.next(writer);
    in.end();
    return new State(
        head.applied(),
        head.revision(),
        head.timeMillis(),
        new Tree(root, TreePSet.fromSortedSet(perishable)),
        owning(sessions),
        proposers,
        head.settings(),
        head.chain());
  }

  private PSortedMap<Long, Session> sessions() throws IOException {
    long count = in.varint();
    SortedRun<Long, Session> run = run(count);
    for (long i = 0; i < count; i++) {
      Session session = SnapshotWire.SESSION.read(item());
      add(run, session.id(), session);
    }
    return run.toMap();
  }

  private PSortedMap<String, Proposer> proposers() throws IOException {
    long count = item().varint();
    SortedRun<String, Proposer> run = run(count);
    for (long i = 0; i < count; i++) {
      SnapshotWire.Named named = SnapshotWire.PROPOSER.read(item());
      add(run, named.name(), named.proposer());
    }
    return run.toMap();
  }

  /** The node with all below it, which follows; {@link #names} leads to it. */
  private Node node(SnapshotWire.Leaf leaf) throws IOException {
    Life life = leaf.stat().life();
    if (life.isPerishable()) {
      perishable.add(path());
    } else if (life instanceof Life.Ephemeral ephemeral) {
      owned.computeIfAbsent(ephemeral.session(), id -> new TreeSet<>()).add(path());
    }
    SortedRun<String, Node> children = run(leaf.children());
    if (names.size() >= DEPTH_MAX) {
      throw in.damaged("the tree is deeper than " + DEPTH_MAX);
    }
    for (int i = 0; i < leaf.children(); i++) {
      SnapshotWire.Leaf child = SnapshotWire.LEAF.read(item());
      names.add(child.name());
      add(children, child.name(), node(child));
      names.remove(names.size() - 1);
    }
    return Node.assemble(leaf.data(), leaf.attributes(), leaf.stat(), children.toMap());
  }

  private Path path() {
    return names.isEmpty() ? Path.ROOT : Path.trusted("/" + String.join("/", names));
  }

  private PSortedMap<Long, Session> owning(PSortedMap<Long, Session> sessions) {
    PSortedMap<Long, Session> result = sessions;
    for (Map.Entry<Long, TreeSet<Path>> owner : owned.entrySet()) {
      Session session = sessions.get(owner.getKey());
      if (session == null) {
        throw in.damaged(owner.getValue().first() + " belongs to a session that is not there");
      }
      Session owning =
          new Session(
              session.id(),
              session.ttlMillis(),
              session.owner(),
              session.secret(),
              session.openedMillis(),
              TreePSet.fromSortedSet(owner.getValue()));
      result = result.plus(session.id(), owning);
    }
    return result;
  }

  /** Where the next item starts: an item never crosses the end of a block. */
  private Input item() throws IOException {
    if (in.remaining() == 0) {
      in = blocks.next(writer);
    }
    return in;
  }

  private <K extends Comparable<K>, V> SortedRun<K, V> run(long count) {
    if (count < 0) {
      throw in.damaged("a count is " + count);
    }
    return SortedRun.start((int) Math.min(count, CAPACITY_MAX));
  }

  private <K extends Comparable<K>, V> void add(SortedRun<K, V> run, K key, V value) {
    if (!run.add(key, value)) {
      throw in.damaged("'" + key + "' is out of order");
    }
  }
}
