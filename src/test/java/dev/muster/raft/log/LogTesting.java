package dev.muster.raft.log;

import dev.muster.raft.Halt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;

/** Small helpers of the log's tests. */
final class LogTesting {
  /** A disk that need not survive a power loss, small segments, a small window. */
  static final LogOptions SMALL =
      LogOptions.defaults()
          .withSegmentBytes(4096)
          .withWindowBytes(1024)
          .withReserveBytes(0)
          .withFsync(false)
          .withHalt(
              (reason, message, cause) -> {
                throw new AssertionError("halted: " + reason + ": " + message, cause);
              });

  private LogTesting() {}

  /** Remembers instead of ending the process. */
  static final class Halts implements Halt {
    final List<Reason> reasons = new ArrayList<>();

    @Override
    public void halt(Reason reason, String message, Throwable cause) {
      reasons.add(reason);
    }
  }

  static LogEntry entry(long term, int length) {
    byte[] command = new byte[length];
    for (int i = 0; i < length; i++) {
      command[i] = (byte) (term * 31 + i + 1);
    }
    return new LogEntry(term, command);
  }

  static LogEntries entries(long term, int count, int length) {
    LogEntries entries = new LogEntries();
    for (int i = 0; i < count; i++) {
      entries.add(entry(term, length));
    }
    return entries;
  }

  static LogEntries one(long term, int length) {
    return entries(term, 1, length);
  }

  static void copy(Path from, Path to) throws IOException {
    deleteTree(to);
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  static void deleteTree(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  static List<Path> files(Path directory, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  static void flip(Path file, long offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) offset] ^= 0x10;
    Files.write(file, bytes);
  }
}
