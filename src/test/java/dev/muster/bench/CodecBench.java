package dev.muster.bench;

import dev.muster.codec.EntryCodec;
import dev.muster.codec.EntryEncoder;
import dev.muster.codec.SnapshotCodec;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Stat;
import dev.muster.core.State;
import dev.muster.core.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/**
 * What the format costs in CPU time: commands through entries, and a snapshot of a large tree.
 * Prints each round, so that the first ones show the warm-up. Run it from an IDE, or with the test
 * classpath.
 */
public final class CodecBench {
  private static final int ROUNDS = 6;
  private static final int ENTRIES_PER_ROUND = 200;
  private static final int NODES = 1_000_000;
  private static final int NODES_PER_PARENT = 1_000;
  private static final int DATA_BYTES = 100;

  private CodecBench() {}

  public static void main(String[] arguments) throws IOException {
    entries();
    snapshot();
  }

  private static void entries() {
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < Limits.ENTRY_COMMANDS_MAX; i++) {
      Path path = Path.of("/config/production/service-" + i + "/application.yaml");
      commands.add(
          new Command.Transact(
              List.of(new Guard.Modified(path, 1_000_000 + i)),
              List.of(new Change.SetData(path, Bytes.wrap(new byte[DATA_BYTES])))));
    }
    EntryEncoder encoder = new EntryEncoder();
    for (int round = 1; round <= ROUNDS; round++) {
      byte[] bytes = new byte[0];
      long start = cpuNanos();
      for (int i = 1; i <= ENTRIES_PER_ROUND; i++) {
        commands.forEach(encoder::add);
        bytes = encoder.finish(1_700_000_000_000L, "node-1", 1, i);
      }
      long written = cpuNanos();
      long read = 0;
      for (int i = 0; i < ENTRIES_PER_ROUND; i++) {
        Entry entry = EntryCodec.decode(i, bytes, 0, bytes.length);
        read += entry.commands().size();
      }
      long end = cpuNanos();
      System.out.printf(
          "entries of %,d commands, %,d bytes: write %,.0f entries/s, %,.0f commands/s;"
              + " read %,.0f entries/s, %,.0f commands/s%n",
          commands.size(),
          bytes.length,
          perSecond(ENTRIES_PER_ROUND, written - start),
          perSecond((long) ENTRIES_PER_ROUND * commands.size(), written - start),
          perSecond(ENTRIES_PER_ROUND, end - written),
          perSecond(read, end - written));
    }
  }

  private static void snapshot() throws IOException {
    State state = largeState();
    for (int round = 1; round <= ROUNDS; round++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(256 << 20);
      long start = cpuNanos();
      SnapshotCodec.write(state, out);
      long written = cpuNanos();
      byte[] bytes = out.toByteArray();
      long copied = cpuNanos();
      State read = SnapshotCodec.read(new ByteArrayInputStream(bytes));
      long end = cpuNanos();
      SnapshotCodec.digest(read);
      long digested = cpuNanos();
      long nodes = read.tree().root().subtreeNodes();
      System.out.printf(
          "snapshot of %,d nodes with %d bytes each, %,d bytes: write %,.0f nodes/s (%d ms),"
              + " read %,.0f nodes/s (%d ms), digest %d ms%n",
          nodes,
          DATA_BYTES,
          bytes.length,
          perSecond(nodes, written - start),
          (written - start) / 1_000_000,
          perSecond(nodes, end - copied),
          (end - copied) / 1_000_000,
          (digested - end) / 1_000_000);
    }
  }

  private static State largeState() {
    TreeMap<String, Node> parents = new TreeMap<>();
    for (int p = 0; p < NODES / NODES_PER_PARENT; p++) {
      TreeMap<String, Node> children = new TreeMap<>();
      for (int c = 1; c < NODES_PER_PARENT; c++) {
        children.put("instance-" + c, node((long) p * NODES_PER_PARENT + c, new TreeMap<>()));
      }
      parents.put("service-" + p, node((long) p * NODES_PER_PARENT, children));
    }
    return new State(
        NODES,
        NODES,
        1_700_000_000_000L,
        new Tree(node(0, parents), State.EMPTY.tree().perishable()),
        State.EMPTY.sessions(),
        State.EMPTY.proposers(),
        State.EMPTY.settings(),
        1);
  }

  private static Node node(long revision, SortedMap<String, Node> children) {
    long millis = 1_700_000_000_000L + revision;
    Stat stat =
        new Stat(
            revision,
            millis,
            revision,
            millis,
            revision,
            millis,
            revision,
            0,
            0,
            0,
            Life.persistent());
    return Node.assemble(
        Bytes.wrap(new byte[DATA_BYTES]), TreePMap.empty(), stat, TreePMap.fromSortedMap(children));
  }

  /** Of this thread, so that a machine that is shared measures the same; without the collector. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double perSecond(long count, long nanos) {
    return count * 1e9 / nanos;
  }
}
