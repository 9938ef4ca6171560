package org.jgroups.protocols.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.Halt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Address;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.protocols.raft.AppendResult.Result;
import org.jgroups.protocols.raft.RaftSignal.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that lost their disks, or have one of another cluster, must cost the others nothing. */
class FaultyMemberTest {
  private static final List<String> MEMBERS = List.of("a", "b", "c");
  private static final short ID = RAFT.RAFT_ID;
  private final Address a = Lab.address("a");
  private final Address b = Lab.address("b");
  private final Address c = Lab.address("c");
  private final AtomicLong now = new AtomicLong(TimeUnit.HOURS.toNanos(1));
  private final List<Lab> labs = new ArrayList<>();
  @TempDir Path directory;

  @AfterEach
  void close() {
    labs.forEach(Lab::close);
  }

  private Lab member(String id, Address address, Abstention abstention) throws Exception {
    Lab lab =
        Lab.guarded(
            Lab.log(directory.resolve(id)),
            abstention,
            address,
            id,
            MEMBERS,
            now::get,
            (leader, term) -> {});
    labs.add(lab);
    return lab;
  }

  private Lab leader() throws Exception {
    Lab lab = member("a", a, Abstention.inMemory(false));
    lab.view(1, b, a, c);
    signal(lab, b, new RaftSignal(Kind.VOTE_REQUEST, 5));
    signal(lab, b, new RaftSignal(Kind.LEADER_ELECTED, 5).leader(a));
    assertTrue(lab.raft.isLeader());
    return lab;
  }

  private static void signal(Lab lab, Address from, RaftSignal signal) {
    lab.receive(from, new EmptyMessage().putHeader(ID, signal));
  }

  private static LogEntry entry(long term, String text) {
    return new LogEntry(term, text.getBytes(UTF_8));
  }

  private static void append(
      Lab lab, Address leader, long term, long prev, long prevTerm, long commit, LogEntry... list) {
    LogEntries entries = list.length == 0 ? null : LogEntries.create(list);
    lab.receive(
        leader,
        new ObjectMessage(null, entries)
            .putHeader(ID, new AppendEntriesRequest(leader, term, prev, prevTerm, term, commit)));
  }

  private static void matched(Lab lab, Address follower, long index) {
    lab.receive(
        follower,
        new EmptyMessage()
            .putHeader(
                ID,
                new AppendEntriesResponse(
                    lab.raft.currentTerm(), new AppendResult(Result.OK, index))));
  }

  @Test
  void aFollowerThatCommittedWhatItsLeaderLacksHaltsItselfAndNotTheLeader() throws Exception {
    Lab leader = leader();
    Lab stale = member("b", b, Abstention.inMemory(false));
    stale.view(1, b, a, c);
    append(stale, c, 4, 0, 0, 3, entry(4, "1"), entry(4, "2"), entry(4, "3"));
    assertEquals(3, stale.raft.commitIndex());

    matched(leader, b, 3);
    assertEquals(List.of(), leader.halts);
    Message shown = leader.sent.get(leader.sent.size() - 1);
    assertEquals(b, shown.dest());
    stale.receive(a, shown);
    assertEquals(List.of(Halt.Reason.DIVERGED), stale.halts);

    assertTrue(leader.guarded().propose("x".getBytes(UTF_8), 5));
    matched(leader, b, 2);
    assertEquals(0, leader.raft.commitIndex(), "nothing that b says counts any more");
    matched(leader, c, 2);
    assertEquals(2, leader.raft.commitIndex(), "the others go on");
  }

  @Test
  void aFollowerFindsOutByAnEmptyMessageToo() throws Exception {
    Lab stale = member("b", b, Abstention.inMemory(false));
    stale.view(1, b, a, c);
    append(stale, c, 4, 0, 0, 3, entry(4, "1"), entry(4, "2"), entry(4, "3"));
    append(stale, a, 5, 2, 3, 0);
    assertEquals(List.of(Halt.Reason.DIVERGED), stale.halts);
  }

  @Test
  void aSecondLeaderOfATermIsNotFollowedAndStopsNobody() throws Exception {
    Lab leader = leader();
    append(leader, c, 5, 0, 0, 1, entry(5, "another"));
    signal(leader, c, new RaftSignal(Kind.LEADER_ELECTED, 5).leader(c));
    assertTrue(leader.raft.isLeader());
    assertEquals(List.of(), leader.halts);
    assertEquals(0, leader.raft.commitIndex());
  }

  @Test
  void aMemberWithoutALogAbstainsWhateverElseIsInItsDirectory() throws Exception {
    Path home = Files.createDirectories(directory.resolve("home"));
    Path log = home.resolve("log");
    Files.writeString(home.resolve("incarnation"), "1");
    assertTrue(Abstention.in(home, log).abstaining());
    Lab.log(log).close();
    Abstention halfway = Abstention.in(home, log);
    assertTrue(halfway.abstaining(), "a restart changes nothing");
    halfway.end();
    assertFalse(Abstention.in(home, log).abstaining());
  }

  @Test
  void anEmptyMemberVotesOnlyWhenItHasAllThatItsFormerLifeMayHaveAcknowledged() throws Exception {
    Lab empty = member("a", a, Abstention.inMemory(true));
    empty.view(1, b, a, c);
    orient(empty, 0);
    append(empty, b, 1, 0, 0, 3, entry(1, "1"), entry(1, "2"));
    assertEquals(2, empty.raft.commitIndex());
    assertTrue(empty.guarded().status().abstaining(), "3 may be committed by our former life");
    append(empty, b, 1, 2, 1, 4, entry(1, "3"));
    assertFalse(empty.guarded().status().abstaining());
  }

  @Test
  void anEmptyMemberWaitsForAnEntryOfTheLeadersOwnTerm() throws Exception {
    Lab empty = member("a", a, Abstention.inMemory(true));
    empty.view(1, b, a, c);
    orient(empty, 0);
    append(empty, b, 2, 0, 0, 1, entry(1, "1"));
    assertTrue(empty.guarded().status().abstaining());
    append(empty, b, 2, 1, 1, 2, entry(2, "2"));
    assertFalse(empty.guarded().status().abstaining());
  }

  @Test
  void anEmptyMemberDoesNotVoteAgainInTheTermInWhichItsFormerLifeMayHave() throws Exception {
    Lab empty = member("a", a, Abstention.inMemory(true));
    empty.view(1, b, a, c);
    orient(empty, 0);
    append(empty, b, 7, 0, 0, 1, entry(7, "1"));
    assertFalse(empty.guarded().status().abstaining());
    pass(empty, 2_100);
    assertNull(empty.raft.leader());
    signal(empty, c, new RaftSignal(Kind.VOTE_REQUEST, 7));
    assertEquals(List.of(), empty.signals(c, Kind.VOTE));
    signal(empty, c, new RaftSignal(Kind.VOTE_REQUEST, 8));
    assertEquals(1, empty.signals(c, Kind.VOTE).size());
  }

  /**
   * With its help c was elected in term 7 and has committed. Then it loses its disk, and b, which
   * knows nothing of c, still leads term 6.
   */
  @Test
  void anEmptyMemberTakesNothingBeforeItKnowsTheNewestTermOfItsFormerLife() throws Exception {
    Lab empty = member("a", a, Abstention.inMemory(true));
    empty.view(1, b, a, c);
    signal(empty, b, new RaftSignal(Kind.PING, 6));
    empty.sent.clear();
    append(empty, b, 6, 0, 0, 1, entry(6, "1"));
    assertEquals(0, empty.raft.lastAppended());
    assertEquals(List.of(), empty.sent, "an answer would make a majority");
    signal(empty, c, new RaftSignal(Kind.PING, 7));
    append(empty, b, 6, 0, 0, 1, entry(6, "1"));
    assertEquals(0, empty.raft.lastAppended());
    append(empty, c, 7, 0, 0, 1, entry(7, "1"));
    assertEquals(1, empty.raft.commitIndex());
    assertFalse(empty.guarded().status().abstaining());
  }

  @Test
  void othersThatHaveForgottenTooDoNotTellWhatTheNewestTermIs() throws Exception {
    Lab empty = member("a", a, Abstention.inMemory(true));
    empty.view(1, b, a, c);
    signal(empty, c, new RaftSignal(Kind.PING, 0).flag(true));
    append(empty, b, 6, 0, 0, 1, entry(6, "1"));
    assertEquals(0, empty.raft.lastAppended());
    signal(empty, b, new RaftSignal(Kind.PING, 6));
    append(empty, b, 6, 0, 0, 1, entry(6, "1"));
    assertEquals(1, empty.raft.lastAppended(), "nobody else can know more");
  }

  private void orient(Lab empty, long term) {
    for (Address other : List.of(b, c)) {
      signal(empty, other, new RaftSignal(Kind.PING, term));
    }
  }

  @Test
  void theFirstElectionNeedsAllMembersAndSaysWhoIsMissing() throws Exception {
    Lab first = member("a", a, Abstention.inMemory(true));
    first.view(1, a, b);
    wouldVote(first, b, true);
    pass(first, 500);
    assertEquals(0, first.raft.currentTerm(), "no term is used up while it waits");
    assertEquals(
        "first start: waiting for all members, missing c", first.guarded().election().waitsFor());
    first.view(2, a, b, c);
    assertNull(first.guarded().election().waitsFor());
    wouldVote(first, b, true);
    signal(first, c, new RaftSignal(Kind.PRE_VOTE, 0).flag(true));
    assertEquals(1, first.raft.currentTerm());
    signal(first, b, new RaftSignal(Kind.VOTE, 1).flag(true));
    assertNull(first.raft.leader());
    signal(first, c, new RaftSignal(Kind.VOTE, 1).flag(true));
    assertEquals(a, first.raft.leader());
  }

  @Test
  void aMemberThatRemembersSaysWhoMayNotVote() throws Exception {
    Lab full = member("a", a, Abstention.inMemory(false));
    full.view(1, a, b);
    wouldVote(full, b, true);
    assertEquals(0, full.raft.currentTerm());
    assertEquals(
        "b may not vote, having lost or not yet received its data: waiting for all members,"
            + " missing c",
        full.guarded().election().waitsFor());
    wouldVote(full, b, false);
    signal(full, b, new RaftSignal(Kind.VOTE, 1));
    assertEquals(a, full.raft.leader());
  }

  /** The member sounds others out, and this one would vote. */
  private void wouldVote(Lab coordinator, Address voter, boolean abstains) {
    coordinator.sent.clear();
    for (int i = 0; i < 50 && !asked(coordinator, voter); i++) {
      pass(coordinator, 100);
    }
    assertTrue(asked(coordinator, voter));
    long term = coordinator.raft.currentTerm();
    signal(coordinator, voter, new RaftSignal(Kind.PRE_VOTE, term).flag(abstains));
  }

  private static boolean asked(Lab coordinator, Address voter) {
    return !coordinator.signals(voter, Kind.PRE_VOTE_REQUEST).isEmpty();
  }

  private void pass(Lab lab, long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    lab.guarded().post(() -> {});
  }
}
