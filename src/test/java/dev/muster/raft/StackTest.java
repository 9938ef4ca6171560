package dev.muster.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.log.LogOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jgroups.Address;
import org.jgroups.View;
import org.jgroups.protocols.pbcast.GMS;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real stacks, as processes use them. */
class StackTest {
  @TempDir Path directory;
  private final AtomicReference<String> halted = new AtomicReference<>();
  private final List<Stack> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(Stack::close);
    assertNull(halted.get());
  }

  private Stack open(RaftConfig config, Journal journal) throws Exception {
    Stack stack =
        Stack.open(
            config,
            LogOptions.defaults().withFsync(false).withSegmentBytes(1 << 20),
            journal,
            (reason, message, cause) -> {
              cause.printStackTrace();
              halted.set(reason + ": " + message);
            },
            (leader, term) -> {});
    open.add(stack);
    return stack;
  }

  private static boolean propose(Stack stack, String text) {
    return stack.propose(text.getBytes(UTF_8), stack.status().term());
  }

  @Test
  void aSingleMemberLeadsAtOnceAndKeepsWhatItApplied() throws Exception {
    RaftConfig config = RaftConfig.single("a", directory);
    Journal journal = new Journal();
    Stack stack = open(config, journal);
    stack.connect();
    Await.until("it leads", () -> stack.status().leader());
    assertTrue(propose(stack, "one"));
    assertTrue(propose(stack, "two"));
    Await.until("applied", () -> journal.size() == 2);
    long at = stack.requestSnapshot().get();
    assertEquals(journal.lines().get(1).index(), at);
    assertTrue(propose(stack, "three"));
    Await.until("applied", () -> journal.size() == 3);
    stack.close();
    assertFalse(propose(stack, "late"));

    Journal again = new Journal();
    Stack restarted = open(config, again);
    restarted.connect();
    Await.until("it leads", () -> restarted.status().leader());
    Await.until("applied again", () -> again.size() == 3);
    assertEquals(List.of("one", "two", "three"), again.texts());
  }

  @Test
  void threeMembersAgreeAndReplaceALeaderThatLeaves() throws Exception {
    List<Integer> ports = LoopbackMembers.freePorts(3);
    List<String> hosts = LoopbackMembers.hosts(ports);
    List<Journal> journals = new ArrayList<>();
    List<Stack> stacks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Journal journal = new Journal();
      journals.add(journal);
      stacks.add(open(config(i, ports, hosts), journal));
    }
    stacks.parallelStream().forEach(StackTest::connect);
    Await.until("one leads", () -> stacks.stream().anyMatch(s -> s.status().leader()));
    Stack leader = stacks.stream().filter(s -> s.status().leader()).findFirst().orElseThrow();
    for (int i = 0; i < 100; i++) {
      assertTrue(propose(leader, "entry " + i));
    }
    Await.until("all applied", () -> journals.stream().allMatch(j -> j.size() == 100));

    leader.close();
    List<Stack> rest = stacks.stream().filter(s -> s != leader).toList();
    Await.until("another leads", () -> rest.stream().anyMatch(s -> s.status().leader()));

    int returning = stacks.indexOf(leader);
    Journal journal = new Journal();
    Stack back = open(config(returning, ports, hosts), journal);
    back.connect();
    Await.until("it has all again", () -> journal.size() == 100);
    assertEquals(journals.get((returning + 1) % 3).lines(), journal.lines());
  }

  @Test
  void aMemberThatTheOthersViewDoesNotHaveFollowsAllTheSame() throws Exception {
    List<Integer> ports = LoopbackMembers.freePorts(3);
    List<String> hosts = LoopbackMembers.hosts(ports);
    List<Journal> journals = new ArrayList<>();
    List<Stack> stacks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Journal journal = new Journal();
      journals.add(journal);
      stacks.add(open(config(i, ports, hosts), journal));
    }
    stacks.parallelStream().forEach(StackTest::connect);
    Await.until("one leads", () -> stacks.stream().anyMatch(s -> s.status().leader()));
    Stack leader = stacks.stream().filter(s -> s.status().leader()).findFirst().orElseThrow();
    Await.until(
        "all are in one view",
        () -> stacks.stream().allMatch(s -> s.channel().getView().size() == 3));
    Stack apart = stacks.stream().filter(s -> s != leader).findFirst().orElseThrow();
    List<Stack> others = stacks.stream().filter(s -> s != apart).toList();
    long term = leader.status().term();

    // As after a freeze: two have gone on without the third one, which does not know it.
    List<Address> left = new ArrayList<>(leader.channel().getView().getMembers());
    left.remove(apart.channel().getAddress());
    View view = new View(left.get(0), leader.channel().getView().getViewId().getId() + 1, left);
    for (Stack stack : others) {
      GMS gms = stack.channel().getProtocolStack().findProtocol(GMS.class);
      gms.installView(view);
    }
    for (int i = 0; i < 50; i++) {
      assertTrue(propose(leader, "entry " + i));
    }
    Await.until("all applied", () -> journals.stream().allMatch(j -> j.size() == 50));
    Await.until(
        "it is in touch",
        () -> leader.status().inTouch().size() == 3 && apart.status().leaderId() != null);
    assertTrue(leader.status().leader());
    assertEquals(term, apart.status().term());
  }

  @Test
  void aMemberThatIsFarBehindGetsASnapshotInChunksAndOneIsRefusedWhileItsEarlierLifeIsThere()
      throws Exception {
    List<Integer> ports = LoopbackMembers.freePorts(4);
    List<String> hosts = LoopbackMembers.hosts(ports);
    List<Journal> journals = new ArrayList<>();
    List<Stack> stacks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Journal journal = new Journal();
      journals.add(journal);
      stacks.add(open(config(i, ports, hosts), journal));
    }
    stacks.parallelStream().forEach(StackTest::connect);
    Await.until("one leads", () -> stacks.stream().anyMatch(s -> s.status().leader()));
    Stack leader = stacks.stream().filter(s -> s.status().leader()).findFirst().orElseThrow();
    Await.until("all vote", () -> stacks.stream().noneMatch(stack -> stack.status().abstaining()));
    int absent = stacks.get(2) == leader ? 1 : 2;

    // Fault 10: stock connect() throws while the earlier life is in the view; ours tries again.
    RaftConfig second =
        new RaftConfig(
            "n" + absent,
            List.of("n0", "n1", "n2"),
            "127.0.0.1",
            ports.get(3),
            hosts,
            directory.resolve("second"),
            RaftConfig.SNAPSHOT_LOG_BYTES);
    Journal journal = new Journal();
    Stack back = open(second, journal);
    assertThrows(SecurityException.class, () -> back.channel().connect("muster"));
    Thread joining = new Thread(() -> connect(back));
    joining.start();
    stacks.get(absent).close();
    joining.join(20_000);
    assertFalse(joining.isAlive());
    Await.until("it votes", () -> !back.status().abstaining());
    back.close();

    String megabyte = "x".repeat(1 << 20);
    for (int i = 0; i < 24; i++) {
      assertTrue(propose(leader, i + megabyte));
      int sofar = i + 1;
      int leading = stacks.indexOf(leader);
      Await.until("applied", () -> journals.get(leading).size() == sofar);
    }
    leader.requestSnapshot().get();
    Journal late = new Journal();
    Stack behind = open(config(absent, ports, hosts), late);
    behind.connect();
    Await.until("it has caught up", () -> late.size() == 24);
    Await.until("by a snapshot", () -> behind.status().snapshotBytes() > 24 << 20);
    assertTrue(propose(leader, "next"));
    Await.until("it goes on", () -> late.size() == 25);
    assertEquals(journals.get(stacks.indexOf(leader)).lines(), late.lines());
  }

  private RaftConfig config(int i, List<Integer> ports, List<String> hosts) {
    return new RaftConfig(
        "n" + i,
        List.of("n0", "n1", "n2"),
        "127.0.0.1",
        ports.get(i),
        hosts,
        directory.resolve("n" + i),
        RaftConfig.SNAPSHOT_LOG_BYTES);
  }

  private static void connect(Stack stack) {
    try {
      stack.connect();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
