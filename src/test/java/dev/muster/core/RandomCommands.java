package dev.muster.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.pcollections.PSortedMap;

/**
 * Commands of every kind, the same for the same seed. Most name nodes and sessions that are there,
 * or could be, so that many succeed and many are refused; texts reach into every corner of Unicode.
 */
public final class RandomCommands {
  private static final String[] NAMES = {
    "a", "b", "c", "d", "a-b", "a.b", "lock-", "ключ", "配置", "naïve", "😀"
  };
  private static final int DEPTH_MAX = 4;

  private final Random random;

  public RandomCommands(long seed) {
    this(new Random(seed));
  }

  public RandomCommands(Random random) {
    this.random = random;
  }

  /** A command to be applied to this state, or to a later one. */
  public Command next(State state) {
    return switch (random.nextInt(20)) {
      case 0, 1 ->
          new Command.OpenSession(
              1 + (random.nextLong() >>> 1) / 2, 2_000 + random.nextInt(60_000), text(), bytes());
      case 2 -> new Command.CloseSessions(guards(state), sessions(state));
      case 3 ->
          random.nextInt(8) == 0
              ? new Command.SetDataBudget(1L << (20 + random.nextInt(12)))
              : new Command.EnableFeature(Feature.BASELINE);
      default -> transact(state);
    };
  }

  public Command.Transact transact(State state) {
    List<Change> changes = new ArrayList<>();
    do {
      changes.add(change(state));
    } while (random.nextInt(3) == 0);
    return new Command.Transact(guards(state), changes);
  }

  private List<Guard> guards(State state) {
    List<Guard> guards = new ArrayList<>();
    while (random.nextInt(3) == 0) {
      guards.add(guard(state));
    }
    return guards;
  }

  public Guard guard(State state) {
    Path path = path(state);
    Node node = state.tree().find(path);
    Stat stat = node == null ? Stat.ROOT : node.stat();
    int miss = random.nextInt(4) == 0 ? 1 : 0;
    return switch (random.nextInt(8)) {
      case 0 -> new Guard.Exists(path);
      case 1 -> new Guard.Absent(path);
      case 2 -> new Guard.Version(path, stat.version() + miss);
      case 3 -> new Guard.Modified(path, stat.modifiedRevision() + miss);
      case 4 -> new Guard.Created(path, stat.createdRevision() + miss);
      case 5 -> new Guard.Unchanged(path, state.revision() - miss);
      case 6 -> new Guard.AttributesVersion(path, stat.attributesVersion() + miss);
      default -> new Guard.SessionAlive(session(state));
    };
  }

  public Change change(State state) {
    Path path = path(state);
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 ->
          new Change.Create(path, bytes(), attributes(), life(state), random.nextInt(4) == 0);
      case 4 ->
          new Change.Ensure(path, random.nextBoolean() ? Life.persistent() : Life.container());
      case 5, 6 -> new Change.Put(path, bytes(), attributes());
      case 7, 8 -> new Change.SetData(path, bytes());
      case 9 -> new Change.SetAttributes(path, attributes());
      case 10 -> new Change.Delete(path);
      default -> path.isRoot() ? new Change.Delete(path) : new Change.DeleteSubtree(path);
    };
  }

  public Life life(State state) {
    return switch (random.nextInt(6)) {
      case 0 -> Life.container();
      case 1 -> new Life.Ttl(1_000 + random.nextInt(100_000));
      case 2, 3 -> new Life.Ephemeral(session(state));
      default -> Life.persistent();
    };
  }

  /** Of a node that is there as often as not. */
  public Path path(State state) {
    Path path = Path.ROOT;
    Node node = state.tree().root();
    while (path.depth() < DEPTH_MAX && random.nextInt(5) != 0) {
      boolean follow = node != null && !node.children().isEmpty() && random.nextInt(3) != 0;
      String name =
          follow
              ? List.copyOf(node.children().keySet()).get(random.nextInt(node.children().size()))
              : NAMES[random.nextInt(NAMES.length)];
      path = path.child(name);
      node = node == null ? null : node.child(name);
    }
    return path;
  }

  /** One that lives, if there is one, and now and then one that does not. */
  public long session(State state) {
    if (state.sessions().isEmpty() || random.nextInt(8) == 0) {
      return 1 + (random.nextLong() >>> 1) / 2;
    }
    return List.copyOf(state.sessions().keySet()).get(random.nextInt(state.sessions().size()));
  }

  private List<Long> sessions(State state) {
    List<Long> ids = new ArrayList<>();
    do {
      ids.add(session(state));
    } while (random.nextInt(3) == 0);
    return ids;
  }

  private PSortedMap<String, String> attributes() {
    TreeMap<String, String> attributes = new TreeMap<>();
    while (random.nextInt(3) == 0) {
      attributes.put(text(), text());
    }
    return Change.attributes(attributes);
  }

  private Bytes bytes() {
    byte[] bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(64)];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  /** Any Java text: unpaired surrogates and noncharacters included. */
  public String text() {
    StringBuilder text = new StringBuilder();
    while (random.nextInt(8) != 0) {
      switch (random.nextInt(6)) {
        case 0 -> text.append((char) random.nextInt(0x10000));
        case 1 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
        case 2 -> text.append((char) (0x80 + random.nextInt(0x780)));
        default -> text.append((char) (' ' + random.nextInt(95)));
      }
    }
    return text.toString();
  }
}
