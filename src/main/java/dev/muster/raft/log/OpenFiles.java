package dev.muster.raft.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jboss.logging.Logger;
import org.jgroups.Address;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.LogEntry;
import org.jspecify.annotations.Nullable;

/**
 * The ground that {@link DurableLog} stands on: its files while they are open, each use of them
 * under {@link FailStop}, and what needs nothing but the files: term, vote and meters. Any thread.
 */
abstract class OpenFiles implements Log {
  private static final Logger LOG = Logger.getLogger(DurableLog.class);

  final LogOptions options;
  private final FailStop failStop;
  private volatile @Nullable LogFiles opened;

  OpenFiles(LogOptions options) {
    this.options = options;
    this.failStop = new FailStop(options.halt());
  }

  /** What was acknowledged must be on disk: this cannot be switched off at run time. */
  @Override
  public final Log useFsync(boolean on) {
    if (on != options.fsync()) {
      LOG.warnf("use_fsync=%s is ignored: the log was opened with %s", on, options.fsync());
    }
    return this;
  }

  @Override
  public final boolean useFsync() {
    return options.fsync();
  }

  @Override
  public final long currentTerm() {
    return files().vote().term();
  }

  /**
   * On disk before it returns; a new term begins without a vote.
   *
   * @throws IllegalArgumentException the term is lower than the current one
   */
  @Override
  public final Log currentTerm(long term) {
    write("storing term " + term, files -> files.vote().term(term));
    return this;
  }

  @Override
  public final @Nullable Address votedFor() {
    return files().vote().vote();
  }

  /**
   * A vote in the current term, on disk before it returns. No vote (null) changes nothing: a vote
   * that was given stays until the next term.
   *
   * @throws IllegalStateException this node voted for somebody else in this term
   */
  @Override
  public final Log votedFor(@Nullable Address member) {
    write("storing a vote", files -> files.vote().vote(member));
    return this;
  }

  /** Begins the term if it is new and votes in it, as one step. */
  public final void vote(long term, Address candidate) {
    write("storing a vote in term " + term, files -> files.vote().termAndVote(term, candidate));
  }

  /** How long the last force took; 0 before the first one. */
  public final long fsyncNanosLast() {
    return files().directory().forceNanosLast();
  }

  public final long fsyncNanosTotal() {
    return files().directory().forceNanosTotal();
  }

  public final long fsyncs() {
    return files().directory().forces();
  }

  final void opened(LogFiles files) {
    opened = files;
  }

  final boolean isOpen() {
    return opened != null;
  }

  /** Open, and nothing has failed yet. */
  final boolean isUsable() {
    return opened != null && !failStop.failed();
  }

  final void closeFiles() {
    LogFiles files = opened;
    if (files == null) {
      return;
    }
    opened = null;
    try {
      if (!failStop.failed()) {
        files.commit().force();
      }
    } catch (IOException e) {
      throw diskFailed("forcing the commit index", e);
    } finally {
      files.close();
    }
  }

  final UncheckedIOException diskFailed(String doing, IOException cause) {
    return failStop.diskFailed(doing, cause);
  }

  final LogFiles files() {
    LogFiles files = opened;
    if (files == null) {
      throw new IllegalStateException("The log is not open");
    }
    failStop.requireHealthy();
    return files;
  }

  final void write(String doing, Write step) {
    LogFiles files = files();
    failStop.run(doing, () -> step.run(files));
  }

  final <T> T read(String doing, Read<T> step) {
    LogFiles files = files();
    return failStop.call(doing, () -> step.run(files));
  }

  /** The entry in the segments, or null if it is not there. */
  final @Nullable LogEntry stored(long index) {
    LogFiles files = files();
    try {
      return files.segments().read(index);
    } catch (IOException e) {
      throw failStop.diskFailed("reading entry " + index, e);
    } catch (DamagedLogException e) {
      // It was whole when the node started.
      throw failStop.unreadable(e);
    }
  }

  interface Write {
    void run(LogFiles files) throws IOException;
  }

  interface Read<T> {
    T run(LogFiles files) throws IOException;
  }
}
