package org.jgroups.protocols.raft;

import dev.muster.raft.RaftStatus;
import dev.muster.raft.RaftStatus.Progress;
import dev.muster.raft.log.DurableLog;
import dev.muster.raft.log.SnapshotFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A member that leads: feeds every follower at its own pace, each through a bounded window of its
 * own ({@link Peer}), and commits what a majority holds durably. Raft's thread only.
 */
@NullMarked
final class GuardedLeader extends RaftImpl {
  /** Entries in one message; a larger one goes alone. */
  static final int CHUNK_BYTES = 2 << 20;

  static final int CHUNK_ENTRIES = 16 << 10;
  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Without any acknowledgement for so long, ask where the follower is instead of sending more. */
  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final GuardedRaft guarded;
  private final long term;
  private final Map<Address, Peer> peers = new LinkedHashMap<>();

  GuardedLeader(GuardedRaft raft) {
    super(raft);
    this.guarded = raft;
    this.term = raft.currentTerm();
  }

  /** Fault 6: an entry of its own term first, since only such an entry commits those before it. */
  @Override
  public void init() {
    membersChanged();
    LogEntry noop = new LogEntry(term, new byte[0]).internal(true);
    append(List.of(noop));
  }

  @Override
  public void destroy() {
    peers.values().forEach(Peer::endSnapshot);
  }

  /** Members come and go as new addresses: a returning one starts with nothing known. */
  void membersChanged() {
    List<Address> live = guarded.liveMembers();
    peers.values().stream().filter(p -> !live.contains(p.address)).forEach(Peer::endSnapshot);
    peers.keySet().retainAll(live);
    long now = guarded.nanoTime();
    for (Address address : live) {
      if (!address.equals(guarded.getAddress()) && !peers.containsKey(address)) {
        String id = guarded.memberId(address);
        if (id != null) {
          Peer peer = new Peer(address, id, guarded.last_appended + 1, now);
          peers.put(address, peer);
          heartbeat(peer, now);
        }
      }
    }
  }

  /** Sends first, so that the followers' disks and this one's work at the same time. */
  void append(List<LogEntry> entries) {
    for (int from = 0; from < entries.size(); ) {
      LogEntries chunk = new LogEntries();
      long bytes = 0;
      int to = from;
      while (to < entries.size()
          && to - from < CHUNK_ENTRIES
          && (to == from || bytes + entries.get(to).length() <= CHUNK_BYTES)) {
        bytes += entries.get(to).length();
        chunk.add(entries.get(to++));
      }
      long prev = guarded.last_appended;
      for (Peer peer : peers.values()) {
        if (peer.hasRoom() && peer.next == prev + 1) {
          send(peer, prev, chunk, bytes);
        }
      }
      guarded.entries().append(entries.subList(from, to));
      from = to;
    }
    advanceCommit();
  }

  /**
   * Fault 6 (section 5.4.2): an entry is committed when a majority holds it <em>and</em> it is of
   * this term; those before it are then committed too. This member's own log counts like any other:
   * what is in it has been forced.
   */
  private void advanceCommit() {
    long[] match = new long[guarded.members().size()];
    match[0] = guarded.last_appended;
    int i = 1;
    for (Peer peer : peers.values()) {
      if (i < match.length) {
        match[i++] = peer.match;
      }
    }
    Arrays.sort(match);
    long held = match[match.length - guarded.majority()];
    if (held > guarded.commitIndex() && guarded.durableLog().termAt(held) == term) {
      guarded.entries().commitTo(held);
    }
  }

  /**
   * Answers of another term, from strangers and from a member's earlier life have been or are
   * dropped here; late and repeated ones change nothing, since a match index only grows (fault 6).
   */
  @Override
  public void handleAppendEntriesResponse(Address sender, long answerTerm, AppendResult result) {
    Peer peer = peers.get(sender);
    if (peer == null || answerTerm != term || peer.contradicts) {
      return;
    }
    long now = guarded.nanoTime();
    peer.heardNanos = now;
    long index = result.index();
    if (result.success()) {
      if (index > guarded.last_appended) {
        contradicted(peer, index, now);
        return;
      }
      peer.matched(index, now);
      if (peer.progress == Progress.PROBE
          || (peer.progress == Progress.SNAPSHOT && canFeed(peer.next))) {
        peer.endSnapshot();
        peer.progress = Progress.REPLICATE;
      }
      advanceCommit();
      feed(peer, now);
    } else if (peer.progress != Progress.SNAPSHOT) {
      long next = result.result == AppendResult.Result.FAIL_ENTRY_NOT_FOUND ? index + 1 : index;
      if (next > peer.match && next < peer.next) { // else it answers something older
        peer.probe(next);
        heartbeat(peer, now);
      }
    }
  }

  /**
   * A leader's log has all that is committed, so this member is stale or faulty: of another
   * cluster, or from a copy of a disk. It must not stop its leader; it is ignored for this life of
   * it, and shown the entry by which it finds out itself, and halts.
   */
  private void contradicted(Peer peer, long index, long now) {
    peer.contradicts = true;
    peer.endSnapshot();
    peer.progress = Progress.PROBE;
    guarded
        .getLog()
        .error(
            "%s: %s says that it has committed entry %d, but the log of this leader ends at %d: ignored until it starts again",
            guarded.raftId(), peer.raftId, index, guarded.last_appended);
    heartbeat(peer, now);
  }

  /** Fault 7: as fast as it acknowledges, in chunks, whether or not there are new entries. */
  private void feed(Peer peer, long now) {
    while (peer.hasRoom() && peer.next <= guarded.last_appended) {
      if (!canFeed(peer.next)) {
        sendSnapshot(peer, now);
        return;
      }
      LogEntries chunk = new LogEntries();
      long bytes = 0;
      int count = 0;
      for (long i = peer.next; i <= guarded.last_appended && count < CHUNK_ENTRIES; i++) {
        LogEntry entry = guarded.entries().get(i);
        if (count > 0 && bytes + entry.length() > CHUNK_BYTES) {
          break;
        }
        chunk.add(entry);
        bytes += entry.length();
        count++;
      }
      guarded.num_resends++;
      send(peer, peer.next - 1, chunk, bytes);
    }
  }

  /** Whether the log still has the entry, and the term of the one before it. */
  private boolean canFeed(long next) {
    DurableLog log = guarded.durableLog();
    return log.termAt(next - 1) != DurableLog.UNKNOWN_TERM
        && (next > guarded.last_appended || log.termAt(next) != DurableLog.UNKNOWN_TERM);
  }

  private void send(Peer peer, long prev, LogEntries entries, long bytes) {
    long now = guarded.nanoTime();
    sendAppend(peer, prev, entries, now);
    peer.sent(prev + entries.size(), bytes, now);
  }

  private void sendAppend(Peer peer, long prev, @Nullable LogEntries entries, long now) {
    long prevTerm = guarded.durableLog().termAt(prev);
    guarded.send(
        peer.address,
        entries,
        new AppendEntriesRequest(
            guarded.getAddress(), term, prev, prevTerm, term, guarded.commitIndex()));
    peer.sentNanos = now;
    peer.toldCommit = guarded.commitIndex();
  }

  /** No entries, but the leader, the term, the commit index, and a question whether logs match. */
  private void heartbeat(Peer peer, long now) {
    if (peer.contradicts && canFeed(guarded.last_appended)) {
      LogEntries last = LogEntries.create(guarded.entries().get(guarded.last_appended));
      sendAppend(peer, guarded.last_appended - 1, last, now);
    } else if (peer.progress == Progress.SNAPSHOT) {
      sendAppend(peer, 0, null, now);
    } else if (guarded.durableLog().termAt(peer.next - 1) == DurableLog.UNKNOWN_TERM) {
      sendSnapshot(peer, now);
    } else {
      sendAppend(peer, peer.next - 1, null, now);
    }
  }

  /** At the end of a round: tells who has everything of a commit at once, not at the next entry. */
  void flush() {
    for (Peer peer : peers.values()) {
      if (peer.toldCommit < guarded.commitIndex() && peer.progress == Progress.REPLICATE) {
        heartbeat(peer, guarded.nanoTime());
      }
    }
  }

  /** Fault 7: by time too, so that nothing waits for an idle moment or a lost answer. */
  void tick(long now) {
    for (Peer peer : peers.values()) {
      SnapshotSender sender = peer.snapshot;
      if (peer.progress == Progress.REPLICATE
          && peer.waits()
          && now - peer.progressNanos > STALLED_NANOS) {
        peer.probe(peer.match + 1);
      }
      if (peer.progress == Progress.SNAPSHOT) {
        if (sender == null) {
          sendSnapshot(peer, now);
        } else {
          sender.tick(now);
        }
      } else {
        feed(peer, now);
      }
      if (now - peer.sentNanos > HEARTBEAT_NANOS) {
        heartbeat(peer, now);
      }
    }
  }

  private void sendSnapshot(Peer peer, long now) {
    peer.endSnapshot();
    peer.progress = Progress.SNAPSHOT;
    Optional<SnapshotFile> newest = guarded.durableLog().snapshot();
    if (newest.isPresent() && canFeed(newest.get().index() + 1)) {
      peer.snapshot = new SnapshotSender(guarded, peer, newest.get(), term);
      peer.snapshot.tick(now);
    } else {
      var unused = guarded.snapshots().start(); // the next tick finds it
    }
  }

  void snapshotAcknowledged(Address sender, long index, long offset) {
    Peer peer = peers.get(sender);
    if (peer != null) {
      peer.heardNanos = guarded.nanoTime();
      if (peer.snapshot != null) {
        peer.snapshot.acknowledged(index, offset);
      }
    }
  }

  /** Entries after this one are still needed for a follower that gets a snapshot. */
  long neededAfter() {
    return peers.values().stream()
        .filter(peer -> peer.snapshot != null)
        .mapToLong(peer -> peer.snapshot.index())
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Whether leaving now costs nothing: all is committed, and someone who stays has it all. */
  boolean canLeave() {
    return guarded.commitIndex() == guarded.last_appended
        && (guarded.members().size() == 1
            || peers.values().stream().anyMatch(peer -> peer.match == guarded.last_appended));
  }

  List<RaftStatus.Peer> status(long now) {
    List<RaftStatus.Peer> list = new ArrayList<>(peers.size());
    for (Peer peer : peers.values()) {
      list.add(
          new RaftStatus.Peer(
              peer.raftId,
              peer.match,
              peer.progress,
              TimeUnit.NANOSECONDS.toMillis(now - peer.heardNanos)));
    }
    return List.copyOf(list);
  }
}
