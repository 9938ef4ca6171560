package dev.muster.raft.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one folder of a log, and the steps that reach the disk there: a file appears under its name
 * only complete and forced (it is staged first), and every change of names is forced too. Any
 * thread.
 */
final class Directory {
  static final String STAGED_SUFFIX = ".staged";
  private static final int ZERO_BYTES = 1 << 20;

  private final Path path;
  private final boolean fsync;
  private final FsyncListener listener;
  private final AtomicLong forces = new AtomicLong();
  private final AtomicLong forceNanosTotal = new AtomicLong();
  private volatile long forceNanosLast;

  Directory(Path path, boolean fsync, FsyncListener listener) throws IOException {
    this.path = Files.createDirectories(path).toAbsolutePath().normalize();
    this.fsync = fsync;
    this.listener = listener;
  }

  Path path() {
    return path;
  }

  Path file(String name) {
    return path.resolve(name);
  }

  Path staged(Path file) {
    return path.resolve(file.getFileName() + STAGED_SUFFIX);
  }

  long forces() {
    return forces.get();
  }

  long forceNanosTotal() {
    return forceNanosTotal.get();
  }

  long forceNanosLast() {
    return forceNanosLast;
  }

  /** Files whose name starts and ends so, in the order of their names. */
  List<Path> list(String prefix, String suffix) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(prefix) && name.endsWith(suffix)) {
          found.add(file);
        }
      }
    }
    found.sort(null);
    return found;
  }

  void force(LogFile file) throws IOException {
    if (!fsync) {
      return;
    }
    long start = System.nanoTime();
    file.force();
    forced(System.nanoTime() - start);
  }

  private void forced(long nanos) {
    forces.incrementAndGet();
    forceNanosTotal.addAndGet(nanos);
    forceNanosLast = nanos;
    listener.forced(nanos);
  }

  /** Gives a staged and forced file its name, replacing what had it. */
  void publish(Path staged, Path file) throws IOException {
    Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force();
  }

  void delete(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      force();
    }
  }

  /** The directory and all files in it. */
  void deleteAll() throws IOException {
    for (Path file : list("", "")) {
      Files.delete(file);
    }
    Files.delete(path);
  }

  /** A small file with this content, complete or not there at all. */
  void write(Path file, ByteBuffer content) throws IOException {
    Path staged = staged(file);
    try (LogFile out = LogFile.create(staged)) {
      out.write(content, 0);
      force(out);
    }
    publish(staged, file);
  }

  /** Overwrites with zeros; not forced. */
  static void zero(LogFile file, long from, long to) throws IOException {
    ByteBuffer zeros =
        ByteBuffer.allocateDirect((int) Math.min(ZERO_BYTES, Math.max(0, to - from)));
    for (long at = from; at < to; at += zeros.limit()) {
      zeros.limit((int) Math.min(zeros.capacity(), to - at));
      file.write(zeros, at);
    }
  }

  private void force() throws IOException {
    if (!fsync) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    long start = System.nanoTime();
    try {
      while (true) {
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
          directory.force(true);
          forced(System.nanoTime() - start);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
