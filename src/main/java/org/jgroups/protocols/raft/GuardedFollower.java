package org.jgroups.protocols.raft;

import static dev.muster.raft.log.DurableLog.UNKNOWN_TERM;

import dev.muster.raft.log.DurableLog;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.protocols.raft.AppendResult.Result;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A member that takes entries: the Raft paper's AppendEntries receiver, figure 2. */
@NullMarked
final class GuardedFollower extends RaftImpl {
  private final GuardedRaft guarded;

  /** Up to here the log is known to be that of the leader of {@link #matchedTerm}. */
  private long matched;

  private long matchedTerm;

  GuardedFollower(GuardedRaft raft) {
    super(raft);
    this.guarded = raft;
  }

  /**
   * Fault 2: commits only up to what was matched with this term's leader, also when there are no
   * entries. Compares the term of every entry, not of the first alone; deletes only where entries
   * really conflict, and never what is committed.
   */
  @Override
  public AppendResult handleAppendEntriesRequest(
      @Nullable LogEntries entries,
      Address leader,
      long prevIndex,
      long prevTerm,
      long entryTerm,
      long leaderCommit) {
    long term = guarded.currentTerm();
    if (term != matchedTerm) {
      matchedTerm = term;
      matched = 0;
    }
    List<LogEntry> received = new ArrayList<>();
    if (entries != null) {
      entries.forEach(received::add);
    }
    DurableLog log = guarded.durableLog();
    long commit = guarded.commitIndex();
    long last = prevIndex + received.size();
    if (prevIndex >= commit) {
      if (prevIndex > guarded.last_appended) {
        guarded.num_failed_append_requests_not_found++;
        return new AppendResult(Result.FAIL_ENTRY_NOT_FOUND, guarded.last_appended);
      }
      long mine = log.termAt(prevIndex);
      if (mine != prevTerm) {
        if (prevIndex == commit) {
          throw diverged(prevIndex, mine, prevTerm, leader);
        }
        guarded.num_failed_append_requests_wrong_term++;
        return new AppendResult(
            Result.FAIL_CONFLICTING_PREV_TERM, firstIndexOfTerm(mine, prevIndex), mine);
      }
    }
    if (prevIndex < commit && contradicts(log.termAt(prevIndex), prevTerm)) {
      throw diverged(prevIndex, log.termAt(prevIndex), prevTerm, leader);
    }
    append(prevIndex, received, leader);
    // Every leader's log begins with all that is committed (Leader Completeness), so this matches.
    matched = Math.max(matched, Math.max(last, commit));
    guarded.leaderCommitHeard(leaderCommit);
    guarded.entries().commitTo(Math.min(leaderCommit, matched));
    return new AppendResult(Result.OK, matched);
  }

  private static boolean contradicts(long mine, long theirs) {
    return mine != UNKNOWN_TERM && theirs != UNKNOWN_TERM && mine != theirs;
  }

  /** Appends what is not there yet; a tail that contradicts it goes first. */
  private void append(long prevIndex, List<LogEntry> received, Address leader) {
    DurableLog log = guarded.durableLog();
    long commit = guarded.commitIndex();
    for (int i = 0; i < received.size(); i++) {
      long index = prevIndex + 1 + i;
      long mine = index <= guarded.last_appended ? log.termAt(index) : UNKNOWN_TERM;
      long theirs = received.get(i).term();
      if (mine == theirs || (index <= commit && mine == UNKNOWN_TERM)) {
        continue; // there already, perhaps only in a snapshot
      }
      if (index <= Math.max(commit, matched)) {
        throw diverged(index, mine, theirs, leader);
      }
      if (index <= guarded.last_appended) {
        log.deleteAllEntriesStartingFrom(index);
        guarded.last_appended = log.lastAppended();
      }
      guarded.entries().append(received.subList(i, received.size()));
      guarded.num_successful_append_requests++;
      return;
    }
  }

  /** Where the leader looks next: it skips all entries of the conflicting term at once. */
  private long firstIndexOfTerm(long term, long index) {
    DurableLog log = guarded.durableLog();
    long first = index;
    while (first - 1 > guarded.commitIndex() && log.termAt(first - 1) == term) {
      first--;
    }
    return first;
  }

  private static Diverged diverged(long index, long mine, long theirs, Address leader) {
    return new Diverged(
        "Entry %d is committed here with term %d, but the leader %s has it with term %d"
            .formatted(index, mine, leader, theirs));
  }
}
