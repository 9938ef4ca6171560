package org.jgroups.protocols.raft;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;

/** Where entries go: into the log, and once they are committed into the machine. Raft's thread. */
@NullMarked
final class LogAndMachine {
  private final GuardedRaft raft;
  private final AtomicLong progress;

  LogAndMachine(GuardedRaft raft, AtomicLong progress) {
    this.raft = raft;
    this.progress = progress;
  }

  /** Writes and forces. */
  void append(List<LogEntry> entries) {
    LogEntries list = new LogEntries();
    long bytes = 0;
    for (LogEntry entry : entries) {
      list.add(entry);
      bytes += entry.length();
    }
    long expected = raft.last_appended + entries.size();
    raft.last_appended = raft.log_impl.append(raft.last_appended + 1, list);
    if (raft.last_appended != expected) {
      throw new IllegalStateException(
          "The log ends at %d after an append up to %d".formatted(raft.last_appended, expected));
    }
    raft.snapshots().appended(raft.last_appended, bytes);
  }

  /** Applies what has become committed, in order, once. */
  void commitTo(long index) {
    long to = Math.min(index, raft.last_appended);
    if (to <= raft.commit_index) {
      return;
    }
    while (raft.commit_index < to) {
      LogEntry entry = get(raft.commit_index + 1);
      if (!entry.internal()) {
        raft.machine()
            .apply(raft.commit_index + 1, entry.command(), entry.offset(), entry.length());
      }
      raft.commit_index++;
      progress.incrementAndGet();
    }
    raft.log_impl.commitIndex(raft.commit_index);
  }

  LogEntry get(long index) {
    LogEntry entry = raft.log_impl.get(index);
    if (entry == null) {
      throw new IllegalStateException(
          "Entry %d is not in the log, which has %d to %d"
              .formatted(index, raft.log_impl.firstAppended(), raft.log_impl.lastAppended()));
    }
    return entry;
  }
}
