package org.jgroups.protocols.raft;

import dev.muster.raft.ReplicatedMachine;
import dev.muster.raft.log.DurableLog;
import dev.muster.raft.log.NoSpaceException;
import dev.muster.raft.log.SnapshotFile;
import dev.muster.raft.log.SnapshotSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * This member's own snapshots. The picture is taken on Raft's thread, which is a reference; it is
 * written beside it; the log is compacted on Raft's thread afterwards (faults 3 and 11).
 *
 * <p>One is due when the log has grown by a limit since the last one: the configured one, or twice
 * the last snapshot if that is more, so that a large state is not written over and over. All
 * members' logs grow alike, so their <em>first</em> limit is spread by their place among the
 * members (1/3 and 2/3 more for the second and third of three); from then on they go at the same
 * pace and stay apart, without a word between them. Raft's thread only.
 */
@NullMarked
final class Snapshots {
  /** Entries kept for followers that are a little behind: cheaper for them than a snapshot. */
  static final long TAIL_BYTES = 16L << 20;

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final GuardedRaft raft;
  private final long limitBytes;
  private final double spread;
  private final long tailBytes;

  /** Sixteen in a tail: where the log was (index) when so much had been appended (bytes). */
  private record Mark(long index, long bytes) {}

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long appendedBytes;
  private long snapshotAtBytes;
  private boolean spreading = true;
  private long notBeforeNanos;
  private @Nullable CompletableFuture<Long> running;

  Snapshots(GuardedRaft raft, long limitBytes, int place, int members, long tailBytes) {
    this.raft = raft;
    this.limitBytes = limitBytes;
    this.tailBytes = tailBytes;
    this.notBeforeNanos = raft.nanoTime();
    this.spread = (double) place / members;
  }

  void appended(long index, long bytes) {
    appendedBytes += bytes;
    Mark last = marks.peekLast();
    if (last == null || appendedBytes - last.bytes >= tailBytes / 16) {
      marks.add(new Mark(index, appendedBytes));
    }
  }

  private long limit() {
    long last = raft.durableLog().snapshot().map(SnapshotFile::size).orElse(0L);
    long limit = Math.max(limitBytes, 2 * last);
    return spreading ? limit + (long) (limit * spread) : limit;
  }

  void tick(long now) {
    if (running == null
        && appendedBytes - snapshotAtBytes > limitBytes
        && now - notBeforeNanos >= 0
        && appendedBytes - snapshotAtBytes > limit()
        && !raft.isReceivingSnapshot()) {
      CompletableFuture<Long> unused = start();
    }
  }

  boolean isWriting() {
    return running != null;
  }

  /** Begins one unless one is being written; completes with the index of its last entry. */
  CompletableFuture<Long> start() {
    CompletableFuture<Long> current = running;
    if (current != null) {
      return current;
    }
    if (raft.isReceivingSnapshot()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("the leader's snapshot is arriving"));
    }
    long index = raft.commitIndex();
    DurableLog log = raft.durableLog();
    if (index == log.snapshot().map(SnapshotFile::index).orElse(0L)) {
      return CompletableFuture.completedFuture(index);
    }
    CompletableFuture<Long> future = new CompletableFuture<>();
    running = future;
    long term = log.termAt(index);
    long atBytes = appendedBytes;
    ReplicatedMachine.Picture picture = raft.machine().snapshot();
    raft.background()
        .snapshot(
            () -> {
              try (SnapshotSink sink = log.beginSnapshot(index, term)) {
                picture.writeTo(sink);
                sink.commit();
                raft.post(() -> written(index, atBytes, future));
              } catch (NoSpaceException full) {
                raft.post(() -> failed(full, future));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return future;
  }

  /** {@link #start} for another thread's future, which completes as the snapshot does. */
  void request(CompletableFuture<Long> future) {
    var unused =
        start()
            .whenComplete(
                (index, failure) -> {
                  if (failure != null) {
                    future.completeExceptionally(failure);
                  } else {
                    future.complete(index);
                  }
                });
  }

  private void written(long index, long atBytes, CompletableFuture<Long> future) {
    running = null;
    snapshotAtBytes = atBytes;
    spreading = false;
    raft.num_snapshots++;
    compact(index, atBytes);
    future.complete(index);
  }

  private void compact(long index, long atBytes) {
    long upTo = 0;
    for (Mark first = marks.peek();
        first != null && first.bytes <= atBytes - tailBytes;
        first = marks.peek()) {
      upTo = first.index;
      marks.remove();
    }
    upTo = Math.min(upTo, index);
    if (raft.impl() instanceof GuardedLeader leader) {
      upTo = Math.min(upTo, leader.neededAfter());
    }
    if (upTo > 0) {
      raft.durableLog().compact(upTo);
    }
  }

  private void failed(NoSpaceException full, CompletableFuture<Long> future) {
    running = null;
    notBeforeNanos = raft.nanoTime() + RETRY_NANOS;
    raft.getLog().error("%s: no snapshot: %s", raft.raftId(), full.getMessage());
    future.completeExceptionally(full);
  }

  /** A leader's snapshot took the place of our log. */
  void installed() {
    snapshotAtBytes = appendedBytes;
    marks.clear();
    spreading = true;
  }
}
