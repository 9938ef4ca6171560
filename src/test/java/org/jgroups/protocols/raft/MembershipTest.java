package org.jgroups.protocols.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.log.DurableLog;
import dev.muster.raft.log.LogOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jgroups.Address;
import org.jgroups.Header;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.protocols.raft.RaftSignal.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is in touch, whatever the views say; and what an election makes of it. */
class MembershipTest {
  private static final List<String> MEMBERS = List.of("a", "b", "c");
  private final Address a = Lab.address("a");
  private final Address b = Lab.address("b");
  private final Address c = Lab.address("c");
  private final AtomicLong now = new AtomicLong();
  private final List<Lab> labs = new ArrayList<>();
  @TempDir Path directory;

  @AfterEach
  void close() {
    labs.forEach(Lab::close);
  }

  private Lab member(String id, Address address) throws Exception {
    Abstention abstention = Abstention.inMemory(false);
    var log = Lab.log(directory.resolve(id));
    Lab lab = Lab.guarded(log, abstention, address, id, MEMBERS, now::get, (l, t) -> {});
    labs.add(lab);
    return lab;
  }

  private Lab follower(long term, Address leader) throws Exception {
    Lab lab = member("a", a);
    lab.view(1, a, b, c);
    heartbeat(lab, leader, term);
    assertEquals(leader, lab.raft.leader());
    return lab;
  }

  private Lab leader() throws Exception {
    Lab lab = member("a", a);
    lab.view(1, a, b, c);
    pass(lab, 400);
    signal(lab, b, Kind.PRE_VOTE, 0);
    signal(lab, b, Kind.VOTE, 1);
    assertTrue(lab.raft.isLeader());
    return lab;
  }

  private static void heartbeat(Lab lab, Address leader, long term) {
    receive(lab, leader, new AppendEntriesRequest(leader, term, 0, 0, term, 0));
  }

  private static void signal(Lab lab, Address from, Kind kind, long term) {
    receive(lab, from, new RaftSignal(kind, term));
  }

  private static void receive(Lab lab, Address from, Header header) {
    lab.receive(from, new ObjectMessage(null, (Object) null).putHeader(lab.raft.getId(), header));
  }

  private void pass(Lab lab, long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    lab.guarded().post(() -> {});
  }

  private static boolean wouldVote(Lab lab, Address candidate) {
    lab.sent.clear();
    signal(lab, candidate, Kind.PRE_VOTE_REQUEST, 0);
    return !lab.signals(candidate, Kind.PRE_VOTE).isEmpty();
  }

  @Test
  void whoHearsALeaderSupportsNoOtherElection() throws Exception {
    Lab lab = follower(5, b);
    assertFalse(wouldVote(lab, c));
    pass(lab, 900);
    assertFalse(wouldVote(lab, c), "it may only be late");
    pass(lab, 200);
    assertTrue(wouldVote(lab, c), "silent for more than a second");
    assertEquals(b, lab.raft.leader(), "to be asked changes nothing");
    assertEquals(5, lab.raft.currentTerm());
  }

  @Test
  void aLeaderWithAMajoritySupportsNoOtherElection() throws Exception {
    Lab lab = leader();
    pass(lab, 1_500);
    assertFalse(wouldVote(lab, c));
    assertTrue(lab.raft.isLeader());
  }

  @Test
  void aLeaderStepsDownWhenAMajorityIsSilent() throws Exception {
    Lab lab = leader();
    pass(lab, 1_900);
    assertTrue(lab.raft.isLeader());
    signal(lab, c, Kind.PING, 1);
    pass(lab, 1_900);
    assertTrue(lab.raft.isLeader(), "with c it is a majority");
    pass(lab, 200);
    assertNull(lab.raft.leader());
  }

  @Test
  void aLeaderSpeaksToWhomTheViewDoesNotHave() throws Exception {
    Lab lab = leader();
    lab.view(2, a, b);
    lab.sent.clear();
    pass(lab, 300);
    assertFalse(isFed(lab, c), "it has left");
    signal(lab, c, Kind.PING, 0);
    assertTrue(isFed(lab, c), "it is there");
    assertEquals(Map.of("a", a, "b", b, "c", c), lab.guarded().status().inTouch());
  }

  private static boolean isFed(Lab lab, Address member) {
    return lab.sent.stream()
        .filter(message -> member.equals(message.dest()))
        .anyMatch(message -> message.getHeader(lab.raft.getId()) instanceof AppendEntriesRequest);
  }

  @Test
  void whoLeavesTheViewOrSaysGoodbyeIsGoneAtOnce() throws Exception {
    Lab lab = follower(5, b);
    pass(lab, 400);
    lab.view(2, a, c);
    assertNull(lab.raft.leader());
    assertFalse(lab.signals(c, Kind.PRE_VOTE_REQUEST).isEmpty(), "and is replaced");

    heartbeat(lab, c, 6);
    assertEquals(c, lab.raft.leader());
    signal(lab, b, Kind.PING, 6);
    lab.sent.clear();
    signal(lab, c, Kind.LEAVING, 6);
    assertNull(lab.raft.leader());
    assertFalse(lab.signals(b, Kind.PRE_VOTE_REQUEST).isEmpty());
  }

  @Test
  void theSecondStandsWhenTheFirstBringsNoLeaderAbout() throws Exception {
    Lab second = member("b", b);
    second.view(1, a, b, c);
    pass(second, 1_200);
    assertTrue(second.signals(c, Kind.PRE_VOTE_REQUEST).isEmpty(), "it is a's turn");
    pass(second, 200);
    assertFalse(second.signals(c, Kind.PRE_VOTE_REQUEST).isEmpty());
  }

  @Test
  void ofEquallyGoodLogsTheOneWithSpaceLeads() throws Exception {
    Lab lab = member("a", a);
    lab.view(1, a, b, c);
    pass(lab, 400);
    signal(lab, b, Kind.PRE_VOTE, 0);
    receive(lab, b, new RaftSignal(Kind.VOTE, 1).part(0, 1));
    assertEquals(a, lab.raft.leader(), "both have space: the first");

    Lab full = full("b", b);
    full.view(1, a, b, c);
    pass(full, 1_400);
    signal(full, c, Kind.PRE_VOTE, 0);
    receive(full, c, new RaftSignal(Kind.VOTE, 1).part(0, 1));
    assertEquals(c, full.raft.leader());
  }

  private Lab full(String id, Address address) throws Exception {
    var options = LogOptions.defaults().withFsync(false).withFreeSpace(directory -> 0);
    var log = DurableLog.open(directory.resolve(id), options);
    Abstention abstention = Abstention.inMemory(false);
    Lab lab = Lab.guarded(log, abstention, address, id, MEMBERS, now::get, (l, t) -> {});
    labs.add(lab);
    return lab;
  }

  @Test
  void aMemberThatStartsAgainIsAnotherOneAndItsFormerLifeIsNotHeardAnyMore() throws Exception {
    Lab lab = leader();
    Address next = Lab.address("c");
    signal(lab, next, Kind.PING, 0);
    assertEquals(c, lab.guarded().status().inTouch().get("c"), "the other one still speaks");
    pass(lab, 1_100);
    signal(lab, b, Kind.PING, 1);
    signal(lab, next, Kind.PING, 0);
    assertEquals(next, lab.guarded().status().inTouch().get("c"));
    signal(lab, c, Kind.PRE_VOTE, 7);
    assertEquals(1, lab.raft.currentTerm(), "nothing that it says counts");
    pass(lab, 1_100);
    signal(lab, c, Kind.PING, 1);
    assertEquals(next, lab.guarded().status().inTouch().get("c"));
  }

  @Test
  void membersOutsideTheViewAreFoundByDiscovery() throws Exception {
    Lab lab = member("a", a);
    lab.discovered = () -> Map.of(b, "host", Lab.address("stranger"), "host");
    lab.view(1, a);
    pass(lab, 600);
    assertFalse(lab.signals(b, Kind.PING).isEmpty());
    assertEquals(Set.of(b), lab.sent.stream().map(Message::dest).collect(Collectors.toSet()));
    signal(lab, b, Kind.PING, 0);
    pass(lab, 400);
    assertFalse(lab.signals(b, Kind.PRE_VOTE_REQUEST).isEmpty(), "two are a majority");
  }

  @Test
  void whoHasSaidGoodbyeStaysAway() throws Exception {
    Lab lab = leader();
    var done = lab.guarded().handOver(java.time.Duration.ofMillis(100));
    pass(lab, 200);
    assertTrue(done.isDone());
    assertEquals(1, lab.signals(b, Kind.LEAVING).size());
    assertNull(lab.raft.leader());
    lab.sent.clear();
    lab.view(2, a, b, c);
    signal(lab, b, Kind.PING, 1);
    pass(lab, 5_000);
    assertEquals(List.of(), lab.sent);
  }
}
