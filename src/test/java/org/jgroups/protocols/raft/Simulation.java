package org.jgroups.protocols.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.Journal;
import dev.muster.raft.log.DurableLog;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.Message;

/** A cluster of {@link Lab}s, a network that may lose, delay and cut, and what must hold. */
final class Simulation implements AutoCloseable {
  /** More than one step applies, so that every applied line is compared. */
  private static final int CHECKED = 50;

  private final Random random;
  private final Path directory;
  private final List<String> ids;
  private final Lab[] labs;
  private final int[] group; // members of one group hear each other; -1: down
  private final List<Message> inFlight = new ArrayList<>();
  private final List<Address> order = new ArrayList<>();
  private long now;
  private long viewId;
  private int proposals;
  private int wiped = -1;

  /** What must hold over the whole run. */
  private final Map<Long, Address> leaderOfTerm = new HashMap<>();

  private final TreeMap<Long, String> committed = new TreeMap<>();

  Simulation(long seed, Path directory, int members) throws Exception {
    this.random = new Random(seed);
    this.directory = directory;
    this.ids = IntStream.range(0, members).mapToObj(i -> "m" + i).toList();
    this.labs = new Lab[members];
    this.group = new int[members];
    Arrays.fill(group, -1);
    for (int i = 0; i < members; i++) {
      start(i);
    }
    views(100);
  }

  private void start(int i) throws Exception {
    Path home = directory.resolve(ids.get(i));
    Abstention abstention = Abstention.in(home, home.resolve("log"));
    DurableLog log = Lab.log(home.resolve("log"));
    Address address = Lab.address(ids.get(i));
    labs[i] = Lab.guarded(log, abstention, address, ids.get(i), ids, () -> now, (l, t) -> {});
    labs[i].discovered = () -> order.stream().collect(Collectors.toMap(a -> a, a -> "host"));
    group[i] = 0;
    order.add(address);
    viewId++;
    labs[i].view(viewId, address);
    collect();
  }

  private void crash(int i) {
    labs[i].close();
    order.remove(labs[i].getAddress());
    group[i] = -1;
  }

  private void views() {
    views(70);
  }

  /**
   * Each group gets its view, in the order in which its members came. Some members miss it until
   * the next one, so that two may believe to coordinate the same members.
   */
  private void views(int percent) {
    viewId++;
    for (int i : random.ints(0, labs.length).distinct().limit(labs.length).toArray()) {
      if (group[i] >= 0 && random.nextInt(100) < percent) {
        int of = group[i];
        Address[] members = order.stream().filter(a -> of == groupOf(a)).toArray(Address[]::new);
        labs[i].view(viewId, members);
        collect();
      }
    }
  }

  private int groupOf(Address address) {
    for (int i = 0; i < labs.length; i++) {
      if (group[i] >= 0 && labs[i].getAddress().equals(address)) {
        return group[i];
      }
    }
    return -1;
  }

  private void collect() {
    for (Lab lab : labs) {
      if (lab != null) {
        inFlight.addAll(lab.sent);
        lab.sent.clear();
      }
    }
  }

  /** Something happens, mostly nothing bad. */
  void step() throws Exception {
    int dice = random.nextInt(2_000);
    if (dice < 200) {
      propose("p" + proposals++);
    } else if (dice < 204) {
      for (int i = 0; i < labs.length; i++) {
        group[i] = group[i] < 0 ? -1 : random.nextInt(2);
      }
      views();
    } else if (dice < 214) {
      for (int i = 0; i < labs.length; i++) {
        group[i] = Math.min(group[i], 0);
      }
      if (random.nextBoolean()) {
        views(); // otherwise they go on with views that contradict each other
      }
    } else if (dice < 219) {
      int i = random.nextInt(labs.length);
      if (group[i] >= 0) {
        crash(i);
      } else {
        start(i);
      }
      views();
    } else if (dice < 226) {
      restartWhoIsDown();
    } else if (dice < 228) {
      wipe();
    } else if (dice < 234) {
      int i = random.nextInt(labs.length);
      if (group[i] >= 0) {
        labs[i].guarded().requestSnapshot();
      }
    } else if (dice < 244) {
      cutOffTheLeader();
    } else if (dice < 254) {
      crossingCoordinators();
    } else {
      deliver();
    }
    collect();
  }

  /** The network fails before anybody notices: the leader's log gets a tail that nobody has. */
  private void cutOffTheLeader() {
    for (int i = 0; i < labs.length; i++) {
      if (group[i] >= 0 && labs[i].raft.isLeader()) {
        Arrays.setAll(group, g -> group[g] < 0 ? -1 : 0);
        group[i] = 1;
        for (int n = random.nextInt(12); n >= 0; n--) {
          propose("p" + proposals++);
        }
        if (random.nextBoolean()) {
          views();
        }
        return;
      }
    }
  }

  /**
   * A member comes back at the same moment in two views that do not know of each other, each with a
   * coordinator of its own, and both begin a round in the same term. Sometimes it is restarted
   * again between the first one's vote and the second one's.
   */
  private void crossingCoordinators() throws Exception {
    int[] at = random.ints(0, labs.length).distinct().limit(labs.length).toArray();
    if (labs.length != 3 || Arrays.stream(group).anyMatch(g -> g < 0)) {
      return;
    }
    Arrays.fill(group, 0);
    inFlight.clear();
    restart(at[0]);
    viewId++;
    see(at[0], at[1], at[0]);
    see(at[1], at[1], at[0]);
    if (random.nextBoolean()) {
      for (int i = 0; i < 3; i++) {
        deliverAll();
      }
      restart(at[0]);
    }
    see(at[0], at[2], at[0]);
    see(at[2], at[2], at[0]);
  }

  private void restart(int i) throws Exception {
    crash(i);
    start(i);
  }

  private void see(int i, int first, int second) {
    labs[i].view(viewId, labs[first].getAddress(), labs[second].getAddress());
    collect();
  }

  private void deliverAll() {
    List<Message> now = List.copyOf(inFlight);
    inFlight.clear();
    now.forEach(this::arrive);
  }

  private void restartWhoIsDown() throws Exception {
    for (int i = 0; i < labs.length; i++) {
      if (group[i] < 0) {
        start(i);
      }
    }
    views();
  }

  /** A cluster begins with everybody there: see {@link Abstention}. */
  void bootstrap() {
    for (int i = 0; i < 2_000 && !everybodyApplied("first"); i++) {
      propose("first");
      deliver();
    }
    assertTrue(everybodyApplied("first"), this::toString);
  }

  /** One disk is lost at a time: the next one only after the last has caught up. */
  private void wipe() throws Exception {
    int i = random.nextInt(labs.length);
    boolean healthy =
        Arrays.stream(group).allMatch(g -> g >= 0)
            && Arrays.stream(labs).noneMatch(lab -> lab.guarded().status().abstaining());
    if (healthy && (wiped < 0 || !labs[wiped].guarded().status().abstaining())) {
      crash(i);
      try (Stream<Path> files = Files.walk(directory.resolve(ids.get(i)))) {
        files.map(Path::toFile).sorted((a, b) -> b.compareTo(a)).forEach(File::delete);
      }
      start(i);
      wiped = i;
      views();
    }
  }

  void propose(String text) {
    for (Lab lab : labs) {
      if (groupOf(lab.getAddress()) >= 0) {
        lab.guarded().propose(SimulationTest.bytes(text), lab.raft.currentTerm());
      }
    }
    collect();
  }

  /** Time goes by; one message arrives, is lost, or comes later. */
  void deliver() {
    now += TimeUnit.MILLISECONDS.toNanos(random.nextInt(12));
    int ticking = random.nextInt(labs.length);
    if (group[ticking] >= 0) {
      labs[ticking].guarded().post(() -> {});
    }
    collect();
    for (int i = 0; i < 8 && !inFlight.isEmpty(); i++) {
      Message message = inFlight.remove(random.nextInt(Math.min(4, inFlight.size())));
      if (random.nextInt(100) >= 2) {
        arrive(message);
      }
    }
  }

  private void arrive(Message message) {
    int from = groupOf(message.src());
    for (int to = 0; to < labs.length; to++) {
      if (group[to] >= 0 && group[to] == from && labs[to].getAddress().equals(message.dest())) {
        labs[to].receive(message.src(), message);
      }
    }
    collect();
  }

  void heal() throws Exception {
    for (int i = 0; i < labs.length; i++) {
      if (group[i] < 0) {
        start(i);
      }
      group[i] = 0;
    }
    views(random.nextBoolean() ? 100 : 0);
  }

  void check() {
    for (int i = 0; i < labs.length; i++) {
      Lab lab = labs[i];
      assertEquals(List.of(), lab.halts, () -> "halted: " + lab.causes + this);
      if (group[i] < 0) {
        continue;
      }
      if (lab.raft.isLeader()) {
        Address other = leaderOfTerm.putIfAbsent(lab.raft.currentTerm(), lab.getAddress());
        assertTrue(other == null || other.equals(lab.getAddress()), "two leaders in a term");
        long last = committed.isEmpty() ? 0 : committed.lastKey();
        boolean newest =
            leaderOfTerm.keySet().stream().allMatch(term -> term <= lab.raft.currentTerm());
        assertTrue(!newest || lab.raft.lastAppended() >= last, "a leader lacks what is committed");
      }
      long before = 0;
      for (Journal.Line line : lab.journal.last(CHECKED)) {
        assertTrue(line.index() > before, "applied out of order or twice");
        before = line.index();
        String other = committed.putIfAbsent(line.index(), line.text());
        assertTrue(other == null || other.equals(line.text()), "members applied different entries");
      }
    }
  }

  boolean everybodyApplied(String text) {
    return Arrays.stream(labs)
        .allMatch(
            lab -> lab.journal.last(CHECKED).stream().anyMatch(line -> line.text().equals(text)));
  }

  Journal journal(int i) {
    return labs[i].journal;
  }

  int applied() {
    return committed.size();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("now " + now / 1_000_000 + " ms");
    for (int i = 0; i < labs.length; i++) {
      text.append("\n").append(group[i]).append(" ").append(labs[i].guarded().status());
    }
    return text.toString();
  }

  @Override
  public void close() {
    for (int i = 0; i < labs.length; i++) {
      if (group[i] >= 0) {
        crash(i);
      }
    }
  }
}
