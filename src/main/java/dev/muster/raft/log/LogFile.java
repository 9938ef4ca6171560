package dev.muster.raft.log;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of the log, read and written by position. An interrupt of the calling thread closes a
 * {@link FileChannel}; jgroups-raft stops its thread by an interrupt, and that must not look like a
 * failed disk. So the channel is opened again, the step (it is by position, so it may be repeated)
 * is done again, and the interrupt is kept for the caller. One thread at a time.
 */
final class LogFile implements Closeable {
  /** The JDK keeps a direct buffer of the largest transfer per thread; so no transfer is large. */
  private static final int TRANSFER_BYTES_MAX = 1 << 20;

  private final Path path;
  private FileChannel channel;

  LogFile(Path path, OpenOption... options) throws IOException {
    this.path = path;
    this.channel = FileChannel.open(path, options);
  }

  static LogFile open(Path path) throws IOException {
    return new LogFile(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  static LogFile create(Path path) throws IOException {
    return new LogFile(
        path,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  Path path() {
    return path;
  }

  long size() throws IOException {
    long[] size = new long[1];
    uninterrupted(open -> size[0] = open.size());
    return size[0];
  }

  /** Writes all of the buffer's remaining bytes; the buffer's position stays. */
  void write(ByteBuffer bytes, long position) throws IOException {
    uninterrupted(
        open -> {
          ByteBuffer rest = bytes.duplicate();
          long at = position;
          while (rest.position() < bytes.limit()) {
            rest.limit(Math.min(bytes.limit(), rest.position() + TRANSFER_BYTES_MAX));
            at += open.write(rest, at);
          }
        });
  }

  /** Reads exactly this many bytes, or fails with {@link EOFException}. */
  ByteBuffer read(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    uninterrupted(
        open -> {
          bytes.clear();
          while (bytes.position() < length) {
            bytes.limit(Math.min(length, bytes.position() + TRANSFER_BYTES_MAX));
            if (open.read(bytes, position + bytes.position()) < 0) {
              throw new EOFException(path + " ends before byte " + (position + length));
            }
          }
        });
    return bytes.flip();
  }

  /** The content reaches the disk, and the size if it changed ({@code fdatasync}). */
  void force() throws IOException {
    uninterrupted(open -> open.force(false));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void uninterrupted(Step step) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          step.run(channel);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
          channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private interface Step {
    void run(FileChannel open) throws IOException;
  }
}
