package dev.muster.simulation;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.RandomCommands;
import dev.muster.core.Stat;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.pcollections.TreePMap;

/**
 * Commands that get in each other's way: few names, few sessions that own much and end often, a
 * budget that is soon full. A part comes from {@link RandomCommands}, for the width.
 */
final class Workload {
  private static final String[] NAMES = {"a", "b", "c", "d", "e", "n-"};
  private static final int SESSIONS = 5;

  private final Random random;
  private final RandomCommands wide;

  Workload(Random random) {
    this.random = random;
    this.wide = new RandomCommands(random);
  }

  /** A command that makes sense to somebody who knows this state, which may be an old one. */
  Command next(State state) {
    int die = random.nextInt(100);
    if (die < 20) {
      return wide.next(state);
    } else if (die < 32) {
      return new Command.OpenSession(session(), 5_000, "somebody", Bytes.utf8("secret"));
    } else if (die < 37) {
      return new Command.CloseSessions(guards(state), List.of(session(), session()));
    } else if (die < 39) {
      long weight = state.tree().root().subtreeBytes();
      return new Command.SetDataBudget(random.nextBoolean() ? weight + 500 : 1L << 30);
    }
    List<Change> changes = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      changes.add(change(state));
    }
    return new Command.Transact(guards(state), changes);
  }

  private List<Guard> guards(State state) {
    return random.nextInt(6) == 0 ? List.of(guard(state)) : List.of();
  }

  /** One that holds, unless the state is old by now or it misses on purpose. */
  private Guard guard(State state) {
    Path path = present(state, 3);
    Stat stat = Objects.requireNonNull(state.tree().find(path)).stat();
    int miss = random.nextInt(4) == 0 ? 1 : 0;
    return switch (random.nextInt(6)) {
      case 0 -> new Guard.Version(path, stat.version() + miss);
      case 1 -> new Guard.Modified(path, stat.modifiedRevision() + miss);
      case 2 -> new Guard.Created(path, stat.createdRevision() + miss);
      case 3 -> new Guard.Unchanged(path, stat.subtreeRevision() - miss);
      case 4 -> new Guard.SessionAlive(session());
      default -> wide.guard(state);
    };
  }

  private Change change(State state) {
    int die = random.nextInt(100);
    Path parent = present(state, 2);
    Path path = parent.child(NAMES[random.nextInt(NAMES.length)]);
    if (die < 40) {
      Life life = random.nextInt(3) == 0 ? life() : new Life.Ephemeral(session());
      return new Change.Create(path, data(), TreePMap.empty(), life, random.nextInt(3) == 0);
    } else if (die < 50) {
      return new Change.Ensure(path, random.nextBoolean() ? Life.container() : Life.persistent());
    } else if (die < 60) {
      return new Change.Put(path, data(), Change.attributes(Map.of("k", "" + random.nextInt(3))));
    } else if (die < 75) {
      return new Change.SetData(present(state, 3), data());
    } else if (die < 80) {
      return new Change.SetAttributes(present(state, 3), TreePMap.empty());
    } else if (die < 95) {
      return new Change.Delete(present(state, 3));
    }
    return new Change.DeleteSubtree(present(state, 3));
  }

  private Life life() {
    return switch (random.nextInt(3)) {
      case 0 -> Life.container();
      case 1 -> new Life.Ttl(1_000 + random.nextInt(5_000));
      default -> Life.persistent();
    };
  }

  /** Any node that is there, not deeper than so many segments. */
  private Path present(State state, int depthMax) {
    Path path = Path.ROOT;
    Node node = state.tree().root();
    while (path.depth() < depthMax && !node.children().isEmpty() && random.nextInt(4) != 0) {
      List<String> names = List.copyOf(node.children().keySet());
      String name = names.get(random.nextInt(names.size()));
      path = path.child(name);
      node = node.children().get(name);
    }
    return path;
  }

  private long session() {
    return random.nextInt(SESSIONS) + 1L;
  }

  private Bytes data() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }
}
