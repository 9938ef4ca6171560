package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.jgroups.Address;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations beside a model in memory, compared and reopened after every one. */
class LogModelTest {
  private static final int STEPS = 120;

  @TempDir Path directory;

  private final TreeMap<Long, LogEntry> entries = new TreeMap<>();
  private long last;
  private long commit;
  private long term;
  private Address vote;
  private long snapshotIndex;
  private long snapshotTerm;
  private byte[] snapshot = new byte[0];

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void logAndModelAgree(long seed) throws Exception {
    Random random = new Random(seed);
    DurableLog log = DurableLog.open(directory, SMALL);
    try {
      for (int step = 0; step < STEPS; step++) {
        step(log, random);
        compare(log, "before reopening, step " + step);
        log.close();
        log = DurableLog.open(directory, SMALL);
        compare(log, "after reopening, step " + step);
      }
    } finally {
      log.close();
    }
  }

  private void step(DurableLog log, Random random) throws Exception {
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> append(log, random, last + 1);
      case 4 -> {
        if (last > commit) {
          append(log, random, commit + 1 + random.nextInt((int) (last - commit)));
        }
      }
      case 5 -> {
        if (last > commit) {
          long from = commit + 1 + random.nextInt((int) (last - commit));
          log.deleteAllEntriesStartingFrom(from);
          entries.tailMap(from, true).clear();
          last = from - 1;
        }
      }
      case 6, 7 -> {
        commit += random.nextInt((int) (last - commit) + 1);
        log.commitIndex(commit);
      }
      case 8 -> {
        if (commit > snapshotIndex) {
          long index = snapshotIndex + 1 + random.nextInt((int) (commit - snapshotIndex));
          snapshot(log, random, index, log.termAt(index), false);
        }
      }
      case 9 -> log.compact(random.nextInt((int) last + 2));
      case 10 -> {
        long index = commit + 1 + random.nextInt(80);
        boolean contained = entries.containsKey(index) && random.nextBoolean();
        long of = contained ? entries.get(index).term() : term + 1;
        snapshot(log, random, index, of, true);
        if (!contained) {
          entries.clear();
          last = index;
          if (term < of) {
            term = of;
            vote = null;
          }
        }
        commit = index;
      }
      default -> {
        term += 1 + random.nextInt(3);
        vote = random.nextBoolean() ? null : new UUID(random.nextLong(), random.nextLong());
        log.currentTerm(term);
        log.votedFor(vote);
      }
    }
  }

  private void append(DurableLog log, Random random, long from) {
    LogEntries batch = new LogEntries();
    long index = from;
    entries.tailMap(from, true).clear();
    for (int i = 1 + random.nextInt(40); i > 0; i--) {
      byte[] command =
          new byte[random.nextInt(20) == 0 ? random.nextInt(9000) : random.nextInt(300)];
      random.nextBytes(command);
      LogEntry entry = new LogEntry(term, command).internal(random.nextInt(8) == 0);
      batch.add(entry);
      entries.put(index++, entry);
    }
    last = index - 1;
    assertEquals(last, log.append(from, batch));
  }

  private void snapshot(DurableLog log, Random random, long index, long of, boolean install)
      throws Exception {
    snapshot = new byte[random.nextInt(3000)];
    random.nextBytes(snapshot);
    snapshotIndex = index;
    snapshotTerm = of;
    try (SnapshotSink sink = log.beginSnapshot(index, of)) {
      sink.write(snapshot);
      if (install) {
        log.installSnapshot(sink);
      } else {
        sink.commit();
      }
    }
  }

  private void compare(DurableLog log, String when) throws Exception {
    assertEquals(last, log.lastAppended(), when);
    assertEquals(commit, log.commitIndex(), when);
    assertEquals(term, log.currentTerm(), when);
    assertEquals(vote, log.votedFor(), when);
    assertEquals(snapshotIndex, log.firstAppended(), when);
    if (snapshotIndex > 0) {
      assertEquals(snapshotTerm, log.termAt(snapshotIndex), when);
      SnapshotFile file = log.snapshot().orElseThrow();
      try (var in = file.open()) {
        assertArrayEquals(snapshot, in.readAllBytes(), when);
      }
    }
    assertTrue(log.firstStored() <= snapshotIndex + 1, when);
    for (long index = snapshotIndex + 1; index <= last; index++) {
      LogEntry expected = entries.get(index);
      LogEntry found = log.get(index);
      assertNotNull(found, when + ", entry " + index);
      assertEquals(expected.term(), found.term(), when);
      assertEquals(expected.internal(), found.internal(), when);
      assertArrayEquals(expected.command(), found.command(), when);
    }
  }
}
