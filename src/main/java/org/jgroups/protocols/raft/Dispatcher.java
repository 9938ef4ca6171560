package org.jgroups.protocols.raft;

import dev.muster.raft.log.NoSpaceException;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jspecify.annotations.NullMarked;

/** Hands each message of another member to the part that answers it. Raft's thread only. */
@NullMarked
final class Dispatcher {
  private final GuardedRaft raft;
  private final SnapshotReceiver receiver;

  Dispatcher(GuardedRaft raft, SnapshotReceiver receiver) {
    this.raft = raft;
    this.receiver = receiver;
  }

  /**
   * Messages of older terms are answered with ours, so that a leader that was replaced learns it;
   * those of strangers are ignored. What says nothing of terms is of any term, and changes none.
   */
  void receive(Message message, RaftHeader header) {
    Address from = message.src();
    String member = from == null ? null : raft.memberId(from);
    if (from == null || member == null || !raft.membership().heard(from, member)) {
      return;
    }
    if (header instanceof RaftSignal signal && handleOfAnyTerm(from, member, signal)) {
      return;
    }
    if (header.currTerm() < raft.currentTerm()) {
      if (header instanceof AppendEntriesRequest) {
        raft.answer(
            from, new AppendResult(AppendResult.Result.FAIL_ENTRY_NOT_FOUND, raft.last_appended));
      }
      return;
    }
    if (header.currTerm() > raft.currentTerm()) {
      raft.adoptTerm(header.currTerm());
    }
    try {
      handle(from, message, header);
    } catch (NoSpaceException full) {
      raft.outOfSpace(full); // without an answer: the leader asks again
    }
  }

  private boolean handleOfAnyTerm(Address from, String member, RaftSignal signal) {
    switch (signal.kind) {
      case PING -> raft.recovery().heardTerm(member, signal.currTerm(), signal.flag);
      case LEAVING -> raft.membership().left(from);
      case PRE_VOTE_REQUEST -> raft.election().soundedOut(from);
      case PRE_VOTE -> raft.election().supported(from, signal);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void handle(Address from, Message message, RaftHeader header) {
    if (header instanceof AppendEntriesRequest request) {
      if (!follow(from)) {
        return;
      }
      ObjectMessage carrier = (ObjectMessage) message;
      raft.answer(
          from,
          raft.impl()
              .handleAppendEntriesRequest(
                  carrier.getObject(),
                  from,
                  request.prev_log_index,
                  request.prev_log_term,
                  request.entry_term,
                  request.leader_commit));
      raft.recovery().heardLeaderCommit(request.leader_commit);
    } else if (header instanceof AppendEntriesResponse response) {
      raft.impl().handleAppendEntriesResponse(from, response.currTerm(), response.result);
      raft.recovery().committedAsLeader();
    } else if (header instanceof RaftSignal signal) {
      switch (signal.kind) {
        case VOTE_REQUEST -> raft.election().requested(from, signal);
        case VOTE -> raft.election().voted(from, signal);
        case LEADER_ELECTED -> raft.election().elected(from, signal);
        case SNAPSHOT_CHUNK -> {
          if (follow(from)) {
            receiver.chunk(message, signal);
          }
        }
        case SNAPSHOT_ACK -> {
          if (raft.impl() instanceof GuardedLeader leader) {
            leader.snapshotAcknowledged(from, signal.index, signal.offset);
          }
        }
        case PING, LEAVING, PRE_VOTE_REQUEST, PRE_VOTE -> {} // of any term
      }
    }
  }

  /**
   * Only the leader of a term sends entries in it. A second one can be no honest member: it is not
   * followed, and does not stop us either.
   */
  private boolean follow(Address from) {
    if (raft.recovery().isDisoriented()) {
      return false; // the leader asks again
    }
    Address known = raft.leader();
    if (known != null && !known.equals(from)) {
      raft.getLog()
          .error(
              "%s: ignored %s, which acts as the leader of term %d, led by %s",
              raft.raftId(), from, raft.currentTerm(), known);
      return false;
    }
    raft.leaderHeard(from);
    return true;
  }
}
