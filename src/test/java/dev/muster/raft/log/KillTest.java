package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends is killed (SIGKILL); everything it had acknowledged is there. */
class KillTest {
  private static final int ROUNDS = 3;
  private static final long ACKNOWLEDGED_MIN = 400;

  @TempDir Path directory;

  @Test
  void acknowledgedEntriesSurviveKills() throws Exception {
    long acknowledged = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      acknowledged = appendUntilKilled(acknowledged + ACKNOWLEDGED_MIN * round);
      try (DurableLog log = DurableLog.open(directory, SMALL)) {
        assertTrue(log.lastAppended() >= acknowledged, "lost: " + log + " < " + acknowledged);
        assertTrue(log.commitIndex() >= log.firstAppended());
        for (long i = Math.max(1, log.firstAppended() + 1); i <= log.lastAppended(); i++) {
          assertArrayEquals(Appender.command(i), log.get(i).command());
        }
      }
    }
  }

  private long appendUntilKilled(long until) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Appender.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long acknowledged = 0;
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while (acknowledged < until && (line = out.readLine()) != null) {
        acknowledged = Long.parseLong(line);
      }
      // By its handle: Process.destroyForcibly would close what it had still said, and that counts.
      child.toHandle().destroyForcibly();
      while ((line = out.readLine()) != null && !line.isEmpty()) {
        acknowledged = Math.max(acknowledged, Long.parseLong(line));
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertTrue(acknowledged >= until, "the child ended by itself at " + acknowledged);
    return acknowledged;
  }

  /** The child: appends for ever, says what is on disk, and makes a snapshot now and then. */
  static final class Appender {
    private Appender() {}

    public static void main(String[] args) throws Exception {
      DurableLog log =
          DurableLog.open(Path.of(args[0]), SMALL.withFsync(true).withSegmentBytes(64 << 10));
      for (long next = log.lastAppended() + 1; ; next += 7) {
        LogEntries batch = new LogEntries();
        for (int i = 0; i < 7; i++) {
          batch.add(new LogEntry(1, command(next + i)));
        }
        log.append(next, batch);
        log.commitIndex(next + 6);
        System.out.println(next + 6);
        if (next % 50 == 1) {
          try (SnapshotSink sink = log.beginSnapshot(next, 1)) {
            sink.write(new byte[5_000]);
            sink.commit();
          }
          log.compact(next);
        }
      }
    }

    static byte[] command(long index) {
      return List.of("entry", Long.toString(index), "x".repeat((int) (index % 90)))
          .toString()
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
