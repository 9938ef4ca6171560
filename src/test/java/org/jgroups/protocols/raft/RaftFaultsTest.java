package org.jgroups.protocols.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.Halt;
import dev.muster.raft.Journal;
import dev.muster.raft.log.DurableLog;
import dev.muster.raft.log.SnapshotSink;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.protocols.raft.AppendResult.Result;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The faults of jgroups-raft 1.1.4, by their numbers in docs/raft.md: each shown with the stock
 * class, then absent from ours, by the same messages. (Fault 4 is the log's, fault 10 the stack's.)
 */
class RaftFaultsTest {
  private static final List<String> MEMBERS = List.of("a", "b", "c");
  private static final short ID = RAFT.RAFT_ID;
  private final Address a = Lab.address("a");
  private final Address b = Lab.address("b");
  private final Address c = Lab.address("c");
  private final List<Lab> labs = new ArrayList<>();
  @TempDir Path directory;

  @AfterEach
  void close() {
    labs.forEach(Lab::close);
  }

  private Lab stock(LogEntry... entries) throws Exception {
    Lab lab = Lab.stock(a, "a", MEMBERS, entries);
    labs.add(lab);
    lab.view(1, b, a, c);
    return lab;
  }

  private Lab guarded(LogEntry... entries) throws Exception {
    Lab lab = Lab.guarded(directory, a, "a", MEMBERS, entries);
    labs.add(lab);
    lab.view(1, b, a, c);
    return lab;
  }

  private Lab stockLeader(LogEntry... entries) throws Exception {
    Lab lab = stock(entries);
    lab.raft.setLeaderAndTerm(a, lab.raft.currentTerm() + 1);
    return lab;
  }

  /** Member b coordinates, and names us. */
  private Lab guardedLeader(LogEntry... entries) throws Exception {
    Lab lab = guarded(entries);
    long term = lab.raft.currentTerm() + 1;
    signal(lab, b, new RaftSignal(RaftSignal.Kind.VOTE_REQUEST, term));
    signal(lab, b, new RaftSignal(RaftSignal.Kind.LEADER_ELECTED, term).leader(a));
    assertTrue(lab.raft.isLeader());
    return lab;
  }

  private static LogEntry entry(long term, String text) {
    return new LogEntry(term, text.getBytes(UTF_8));
  }

  private static void signal(Lab lab, Address from, RaftSignal signal) {
    lab.receive(from, new EmptyMessage().putHeader(ID, signal));
  }

  private static void append(
      Lab lab, Address leader, long term, long prev, long prevTerm, long commit, LogEntry... list) {
    LogEntries entries = list.length == 0 ? null : LogEntries.create(list);
    long entryTerm = list.length == 0 ? term : list[0].term();
    lab.receive(
        leader,
        new ObjectMessage(null, entries)
            .putHeader(
                ID, new AppendEntriesRequest(leader, term, prev, prevTerm, entryTerm, commit)));
  }

  private static void matched(Lab lab, Address follower, long index) {
    AppendResult result = new AppendResult(Result.OK, index);
    lab.receive(
        follower,
        new EmptyMessage()
            .putHeader(ID, new AppendEntriesResponse(lab.raft.currentTerm(), result)));
  }

  private static void propose(Lab lab, String text) {
    assertTrue(lab.guarded().propose(text.getBytes(UTF_8), lab.raft.currentTerm()));
  }

  // ---- 1: reads that commit without a majority -----------------------------------------------

  @Test
  void stockCommitsAWriteByARead() throws Exception {
    Lab leader = stockLeader();
    leader.raft.setAsync("write".getBytes(UTF_8), 0, 5, null);
    assertEquals(0, leader.journal.size());
    leader.raft.process(
        List.of(
            new RAFT.DownRequest(new CompletableFuture<>(), new byte[1], 0, 1, false, null, true)));
    assertEquals("write", leader.journal.texts().get(0), "although nobody else has it");
  }

  @Test
  void guardedHasNoReadPath() throws Exception {
    Lab leader = guardedLeader();
    assertThrows(
        UnsupportedOperationException.class, () -> leader.raft.getAsync(new byte[1], 0, 1, null));
    propose(leader, "write");
    assertEquals(0, leader.journal.size());
  }

  // ---- 2: commits of what was never matched --------------------------------------------------

  @Test
  void stockAppliesATailThatTheNewLeaderNeverHad() throws Exception {
    Lab follower = stock(entry(1, "both"), entry(1, "only here"));
    append(follower, b, 2, 0, 0, 2);
    assertEquals(List.of("both", "only here"), follower.journal.texts());
  }

  @Test
  void guardedAppliesOnlyWhatWasMatchedInThisTerm() throws Exception {
    Lab follower = guarded(entry(1, "both"), entry(1, "only here"));
    append(follower, b, 2, 0, 0, 2);
    assertEquals(List.of(), follower.journal.texts());
    append(follower, b, 2, 1, 1, 2);
    assertEquals(List.of("both"), follower.journal.texts());
    append(follower, b, 2, 1, 1, 2, entry(2, "the leader's"));
    assertEquals(List.of("both", "the leader's"), follower.journal.texts());
  }

  @Test
  void guardedComparesEveryEntryAndHaltsRatherThanReplaceACommittedOne() throws Exception {
    Lab follower = guarded(entry(1, "1"), entry(1, "2"), entry(1, "old 3"));
    append(follower, b, 2, 0, 0, 0, entry(1, "1"), entry(1, "2"), entry(2, "new 3"));
    append(follower, b, 2, 3, 2, 3);
    assertEquals(List.of("1", "2", "new 3"), follower.journal.texts());
    append(follower, c, 3, 2, 1, 3, entry(3, "impossible"));
    assertEquals(List.of(Halt.Reason.DIVERGED), follower.halts);
    assertEquals(3, follower.journal.size());
  }

  // ---- 3: a crash between a snapshot and the truncation ---------------------------------------

  @Test
  void stockAppliesTheLogAgainOntoItsSnapshot() throws Exception {
    Lab before = stock();
    append(before, b, 1, 0, 0, 2, entry(1, "x"), entry(1, "y"));
    ByteArrayDataOutputStream snapshot = new ByteArrayDataOutputStream();
    before.raft.internal_state.writeTo(snapshot);
    before.raft.state_machine.writeContentTo(snapshot);
    Lab after = stock(entry(1, "x"), entry(1, "y"));
    after.raft.log_impl.setSnapshot(ByteBuffer.wrap(snapshot.buffer(), 0, snapshot.position()));
    after.raft.commit_index = 2;
    after.raft.state_machine_loaded = false;
    after.raft.initStateMachineFromLog();
    assertEquals(List.of("x", "y", "x", "y"), after.journal.texts());
  }

  @Test
  void guardedAppliesNothingThatIsInTheSnapshot() throws Exception {
    Journal journal = new Journal();
    journal.apply(1, new byte[] {'x'}, 0, 1);
    journal.apply(2, new byte[] {'y'}, 0, 1);
    DurableLog log = Lab.log(directory);
    log.currentTerm(1);
    log.append(1, LogEntries.create(entry(1, "x"), entry(1, "y"), entry(1, "z")));
    log.commitIndex(3);
    try (SnapshotSink sink = log.beginSnapshot(2, 1)) {
      journal.snapshot().writeTo(sink);
      sink.commit();
    }
    log.close(); // never compacted
    assertEquals(List.of("x", "y", "z"), guarded().journal.texts());
  }

  // ---- 5: failures that nobody sees ----------------------------------------------------------

  private static final byte[] POISON = "poison".getBytes(UTF_8);

  @Test
  void stockGoesOnWhenApplyFails() throws Exception {
    Lab follower = stock();
    follower.journal.failOn("poison");
    append(follower, b, 1, 0, 0, 2, new LogEntry(1, POISON), entry(1, "next"));
    assertEquals(2, follower.raft.commitIndex());
    assertEquals(List.of("next"), follower.journal.texts());
  }

  @Test
  void guardedHaltsWhenApplyFails() throws Exception {
    Lab follower = guarded();
    follower.journal.failOn("poison");
    append(follower, b, 1, 0, 0, 2, new LogEntry(1, POISON), entry(1, "next"));
    assertEquals(List.of(Halt.Reason.BUG), follower.halts);
    assertEquals(0, follower.raft.commitIndex());
    append(follower, b, 1, 2, 1, 2);
    assertEquals(List.of(), follower.journal.texts(), "a halted member does nothing more");
  }

  // ---- 6: old terms, no-op, stale snapshots, stale answers -------------------------------------

  @Test
  void stockCommitsAnOldTermsEntryByCounting() throws Exception {
    Lab leader = stockLeader(entry(2, "old"));
    assertEquals(1, leader.raft.lastAppended(), "no entry of its own term");
    matched(leader, b, 1);
    assertEquals(List.of("old"), leader.journal.texts());
  }

  @Test
  void guardedCommitsAnOldTermsEntryWithOneOfItsOwn() throws Exception {
    Lab leader = guardedLeader(entry(2, "old"));
    assertEquals(2, leader.raft.lastAppended(), "the no-op");
    matched(leader, b, 1);
    assertEquals(0, leader.raft.commitIndex());
    matched(leader, b, 2);
    assertEquals(2, leader.raft.commitIndex());
    assertEquals(List.of("old"), leader.journal.texts(), "a no-op is not passed on");
  }

  @Test
  void stockIsTakenBackByAStaleSnapshot() throws Exception {
    Lab follower = stock();
    append(follower, b, 1, 0, 0, 1, entry(1, "1"));
    ByteArrayDataOutputStream old = new ByteArrayDataOutputStream();
    follower.raft.internal_state.writeTo(old);
    follower.raft.state_machine.writeContentTo(old);
    append(follower, b, 1, 1, 1, 2, entry(1, "2"));
    follower.receive(
        b,
        new BytesMessage(null, old.buffer(), 0, old.position())
            .putHeader(ID, new InstallSnapshotRequest(1, b, 1, 1)));
    assertEquals(List.of("1"), follower.journal.texts());
    assertEquals(1, follower.raft.commitIndex());
  }

  @Test
  void guardedRefusesAStaleSnapshotAndSaysWhereItIs() throws Exception {
    Lab follower = guarded();
    append(follower, b, 1, 0, 0, 2, entry(1, "1"), entry(1, "2"));
    follower.sent.clear();
    follower.receive(
        b,
        new BytesMessage(null, new byte[4])
            .putHeader(
                ID, new RaftSignal(RaftSignal.Kind.SNAPSHOT_CHUNK, 1).entry(1, 1).part(0, 4)));
    assertEquals(List.of("1", "2"), follower.journal.texts());
    AppendEntriesResponse answer = follower.sent.get(0).getHeader(ID);
    assertTrue(answer.result.success());
    assertEquals(2, answer.result.index());
  }

  @Test
  void guardedIgnoresAnswersOfOtherTermsStrangersAndEarlierLives() throws Exception {
    Lab leader = guardedLeader(entry(1, "old"));
    long last = leader.raft.lastAppended();
    matched(leader, Lab.address("d"), last);
    matched(leader, Lab.address("b"), last); // the same member, not this life of it
    AppendResult result = new AppendResult(Result.OK, last);
    leader.receive(b, new EmptyMessage().putHeader(ID, new AppendEntriesResponse(1, result)));
    assertEquals(0, leader.raft.commitIndex());
    matched(leader, b, last);
    matched(leader, b, 1); // late: changes nothing
    propose(leader, "next");
    matched(leader, c, last + 1);
    assertEquals(last + 1, leader.raft.commitIndex());
  }

  // ---- 7: catching up ------------------------------------------------------------------------

  private static LogEntry[] megabytes(int count) {
    LogEntry[] entries = new LogEntry[count];
    for (int i = 0; i < count; i++) {
      entries[i] = new LogEntry(1, new byte[1 << 20]);
    }
    return entries;
  }

  private static long bytesTo(Lab lab, Address address) {
    return lab.sent.stream()
        .filter(m -> m.dest() == null || m.dest().equals(address))
        .mapToLong(RaftFaultsTest::bytes)
        .sum();
  }

  private static long bytes(Message message) {
    return message instanceof ObjectMessage m && m.getObject() instanceof LogEntries e
        ? e.totalSize()
        : 0;
  }

  @Test
  void stockSendsTheWholeGapInOneMessage() throws Exception {
    Lab leader = stockLeader(megabytes(20));
    leader.receive(
        b,
        new EmptyMessage()
            .putHeader(
                ID,
                new AppendEntriesResponse(
                    leader.raft.currentTerm(), new AppendResult(Result.FAIL_ENTRY_NOT_FOUND, 0))));
    matched(leader, b, 0);
    leader.sent.clear();
    leader.raft.flushCommitTable(); // only ever called after an idle resend_interval
    long largest = leader.sent.stream().mapToLong(RaftFaultsTest::bytes).max().orElse(0);
    assertEquals(20 << 20, largest);
  }

  @Test
  void guardedSendsChunksAsFastAsTheyAreAcknowledged() throws Exception {
    Lab leader = guardedLeader(megabytes(20));
    leader.sent.clear();
    leader.receive(
        b,
        new EmptyMessage()
            .putHeader(
                ID,
                new AppendEntriesResponse(
                    leader.raft.currentTerm(), new AppendResult(Result.FAIL_ENTRY_NOT_FOUND, 0))));
    assertEquals(0, bytesTo(leader, b), "first asks whether that is where it is");
    for (int index = 0; index <= 20; index += 2) {
      matched(leader, b, index);
    }
    assertEquals(20 << 20, bytesTo(leader, b));
    for (Message message : leader.sent) {
      assertTrue(bytes(message) <= GuardedLeader.CHUNK_BYTES);
    }
  }

  // ---- 8: one follower that hangs ------------------------------------------------------------

  @Test
  void stockSendsWithoutEndToAFollowerThatHangs() throws Exception {
    Lab leader = stockLeader();
    for (int i = 1; i <= 32; i++) {
      leader.raft.setAsync(new byte[1 << 20], 0, 1 << 20, null);
      matched(leader, c, i);
    }
    assertTrue(bytesTo(leader, b) >= 32 << 20, "all of it waits for b in the stack");
  }

  @Test
  void guardedStopsAtTheWindowOfAFollowerThatHangsAndCommitsWithTheOthers() throws Exception {
    Lab leader = guardedLeader();
    for (int i = 1; i <= 32; i++) {
      assertTrue(leader.guarded().propose(new byte[1 << 20], leader.raft.currentTerm()));
      matched(leader, c, 1 + i);
    }
    assertEquals(33, leader.raft.commitIndex());
    assertTrue(bytesTo(leader, b) <= Peer.WINDOW_BYTES);
    assertEquals(32 << 20, bytesTo(leader, c));
  }

  // ---- 9: what a leader change does to pending requests ---------------------------------------

  @Test
  void stockFailsARequestThatIsCommittedLater() throws Exception {
    Lab leader = stockLeader();
    var future = leader.raft.setAsync("write".getBytes(UTF_8), 0, 5, null);
    append(leader, b, leader.raft.currentTerm() + 1, 1, 1, 1);
    assertTrue(future.isCompletedExceptionally());
    assertEquals(List.of("write"), leader.journal.texts());
  }

  @Test
  void guardedPromisesNothingAndRefusesProposalsOfAnotherTerm() throws Exception {
    Lab leader = guardedLeader();
    long term = leader.raft.currentTerm();
    propose(leader, "write");
    append(leader, b, term + 1, 2, term, 2);
    assertEquals(List.of("write"), leader.journal.texts());
    assertFalse(leader.guarded().propose(POISON, term));
    assertFalse(leader.guarded().propose(POISON, term + 1), "it does not lead");
  }

  // ---- elections -------------------------------------------------------------------------------

  @Test
  void stockElectionCountsVotesOfEarlierRounds() {
    ELECTION election = new ELECTION();
    election.raft(new RAFT());
    election.getVotes().reset(a, b, c);
    var late = new org.jgroups.protocols.raft.election.VoteResponse(1, 0, 0);
    election.up(
        new EmptyMessage().setSrc(b).putHeader(election.getId(), late)); // whatever term is asked
    assertEquals(1, election.getVotes().numberOfValidResponses());
  }

  @Test
  void guardedVotesOnceATermAlsoAfterARestart() throws Exception {
    Lab member = guarded();
    signal(member, b, new RaftSignal(RaftSignal.Kind.VOTE_REQUEST, 5));
    assertEquals(1, votes(member));
    signal(member, c, new RaftSignal(RaftSignal.Kind.VOTE_REQUEST, 5));
    signal(member, c, new RaftSignal(RaftSignal.Kind.VOTE_REQUEST, 4));
    assertEquals(1, votes(member));
    labs.remove(member);
    member.close();
    Lab again = guarded();
    signal(again, c, new RaftSignal(RaftSignal.Kind.VOTE_REQUEST, 5));
    assertEquals(0, votes(again));
    signal(again, c, new RaftSignal(RaftSignal.Kind.LEADER_ELECTED, 4).leader(c));
    assertNull(again.raft.leader(), "of an old term");
    signal(again, c, new RaftSignal(RaftSignal.Kind.VOTE_REQUEST, 6));
    assertEquals(1, votes(again));
  }

  private static long votes(Lab lab) {
    return lab.sent.stream()
        .filter(m -> m.getHeader(ID) instanceof RaftSignal s && s.kind == RaftSignal.Kind.VOTE)
        .count();
  }
}
