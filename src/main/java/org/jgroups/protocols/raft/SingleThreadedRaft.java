package org.jgroups.protocols.raft;

import dev.muster.raft.Halt;
import dev.muster.raft.log.DamagedLogException;
import dev.muster.raft.log.NoSpaceException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Message;
import org.jgroups.raft.Options;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * RAFT with one way in: whatever happens waits in the {@link Inbox} for Raft's thread, and what
 * that thread throws ends the process. The superclass's other ways to the log are closed.
 */
@NullMarked
abstract class SingleThreadedRaft extends RAFT {
  private static final long STOP_MILLIS_MAX = 10_000;

  final Inbox inbox = new Inbox();
  final AtomicLong progress = new AtomicLong();
  private Halt halt = (reason, message, cause) -> Runtime.getRuntime().halt(reason.exitCode());
  private CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean halted;
  private volatile boolean stopping;

  /** What Raft's thread does, round after round. */
  abstract RaftLoop loop();

  final void haltBy(Halt halt) {
    this.halt = halt;
  }

  final void beforeRunning() {
    ended = new CountDownLatch(1);
    stopping = false;
  }

  /** Has the thread do the last things and waits until it has; it does nothing afterwards. */
  final void endThread(Runnable last) {
    stopping = true;
    if (synchronous || halted) {
      return;
    }
    post(last);
    try {
      if (!ended.await(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        getLog().warn("%s: Raft's thread did not end", raft_id);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when too many wait. Any thread. */
  final boolean offer(LogEntry entry) {
    boolean taken = inbox.propose(entry);
    runIfSynchronous();
    return taken;
  }

  /** Fault 5: an unexpected Throwable ends the process; the runner would swallow it. */
  @Override
  protected void processQueue() {
    try {
      if (halted || synchronous || ended.getCount() == 0) {
        TimeUnit.MILLISECONDS.sleep(10);
      } else {
        loop().round();
        if (stopping && inbox.isEmpty()) {
          ended.countDown();
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Throwable t) {
      fail(t);
    }
  }

  @Override
  public @Nullable Object up(Message message) {
    RaftHeader header = message.getHeader(id);
    if (header == null) {
      return up_prot.up(message);
    }
    inbox.receive(message, header);
    runIfSynchronous();
    return null;
  }

  @Override
  public void up(MessageBatch batch) {
    for (var it = batch.iterator(); it.hasNext(); ) {
      Message message = it.next();
      RaftHeader header = message.getHeader(id);
      if (header != null) {
        it.remove();
        inbox.receive(message, header);
      }
    }
    if (!batch.isEmpty()) {
      up_prot.up(batch);
    }
  }

  /** Fault 1: a read that commits without a majority. Reads are the ledger's. */
  @Override
  public CompletableFuture<byte[]> getAsync(byte[] buf, int offset, int length, Options options) {
    throw new UnsupportedOperationException("there is no read-only path: see Ledger.fresh");
  }

  /** Fault 9: its futures fail although the entry may be committed. */
  @Override
  public CompletableFuture<byte[]> setAsync(
      byte[] buf, int offset, int length, boolean internal, Options options) {
    throw new UnsupportedOperationException("use propose");
  }

  @Override
  protected CompletableFuture<byte[]> changeMembers(String name, InternalCommand.Type type) {
    throw new UnsupportedOperationException("the members are configured");
  }

  /** Has Raft's thread do something. */
  void post(Runnable action) {
    inbox.post(action);
    runIfSynchronous();
  }

  private void runIfSynchronous() {
    if (synchronous) {
      try {
        loop().runNow();
      } catch (RuntimeException e) {
        fail(e);
      }
    }
  }

  boolean isHalted() {
    return halted;
  }

  void progressed() {
    progress.incrementAndGet();
  }

  /** Fault 5. Any thread. */
  final void fail(Throwable t) {
    halted = true;
    Halt.Reason reason = Halt.Reason.BUG;
    if (t instanceof Diverged) {
      reason = Halt.Reason.DIVERGED;
    } else if (t instanceof DamagedLogException) {
      reason = Halt.Reason.UNREADABLE;
    } else if (t instanceof UncheckedIOException || t instanceof NoSpaceException) {
      reason = Halt.Reason.DISK;
    }
    halt.halt(reason, String.valueOf(t.getMessage()), t);
  }
}
