package dev.muster.bench;

import dev.muster.raft.log.DurableLog;
import dev.muster.raft.log.LogOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jgroups.protocols.raft.FileBasedLog;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;

/**
 * Durable appends per second and time to open, of our log beside jgroups-raft's with fsync on, on
 * the same disk in one run. Arguments: the directory to work in (default: a temporary one), seconds
 * per measurement (default 3).
 */
public final class LogBench {
  private static final int PAYLOAD_BYTES = 150;
  private static final int REOPEN_ENTRIES = 1_000_000;
  private static final int REOPEN_BATCH = 2_000;
  private static final int GETS = 200_000;

  private LogBench() {}

  private interface Opening {
    Log open(Path directory) throws Exception;
  }

  private static final Map<String, Opening> LOGS =
      Map.of(
          "DurableLog",
          directory -> DurableLog.open(directory, LogOptions.defaults()),
          "FileBasedLog",
          directory -> {
            FileBasedLog log = new FileBasedLog();
            log.useFsync(true);
            log.init(directory.toString(), Map.of());
            return log;
          });

  public static void main(String[] args) throws Exception {
    Path root = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("log-bench");
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    for (int round = 1; round <= 2; round++) {
      for (String name : LOGS.keySet().stream().sorted().toList()) {
        for (int batch : new int[] {1, 64}) {
          appends(root, name, batch, seconds, round);
        }
      }
    }
    for (String name : LOGS.keySet().stream().sorted().toList()) {
      reopen(root, name);
    }
  }

  private static void appends(Path root, String name, int batch, int seconds, int round)
      throws Exception {
    Path directory = root.resolve(name + "-" + batch + "-" + round);
    long[] micros = new long[seconds * 200_000];
    int count = 0;
    try (Log log = open(name, directory)) {
      log.currentTerm(1);
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      long next = 1;
      while (count < micros.length) {
        long start = System.nanoTime();
        if (start >= end) {
          break;
        }
        log.append(next, batch(batch));
        next += batch;
        log.commitIndex(next - 1);
        micros[count++] = (System.nanoTime() - start) / 1_000;
      }
    }
    Arrays.sort(micros, 0, count);
    System.out.printf(
        "%-12s batch %2d: %,9d appends/s %,11d entries/s   p50 %,d us  p99 %,d us  max %,d us%n",
        name,
        batch,
        count / seconds,
        (long) count * batch / seconds,
        micros[count / 2],
        micros[(int) (count * 0.99)],
        micros[count - 1]);
    delete(directory);
  }

  private static void reopen(Path root, String name) throws Exception {
    Path directory = root.resolve(name + "-reopen");
    long start = System.nanoTime();
    try (Log log = open(name, directory)) {
      log.currentTerm(1);
      for (long next = 1; next <= REOPEN_ENTRIES; next += REOPEN_BATCH) {
        log.append(next, batch(REOPEN_BATCH));
      }
      log.commitIndex(REOPEN_ENTRIES);
    }
    long written = millisSince(start);
    start = System.nanoTime();
    try (Log log = open(name, directory)) {
      long opened = millisSince(start);
      if (log.lastAppended() != REOPEN_ENTRIES) {
        throw new IllegalStateException("reopened with " + log.lastAppended());
      }
      start = System.nanoTime();
      for (int i = 1; i <= GETS; i++) {
        log.get(i);
      }
      System.out.printf(
          "%-12s %,d entries: written in %,d ms, reopened in %,d ms; %,d old entries read in %,d"
              + " ms%n",
          name, REOPEN_ENTRIES, written, opened, GETS, millisSince(start));
    }
    delete(directory);
  }

  private static Log open(String name, Path directory) throws Exception {
    return LOGS.get(name).open(directory);
  }

  private static LogEntries batch(int count) {
    LogEntries entries = new LogEntries();
    for (int i = 0; i < count; i++) {
      entries.add(new LogEntry(1, new byte[PAYLOAD_BYTES]));
    }
    return entries;
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  private static void delete(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
