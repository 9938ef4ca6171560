package dev.muster.raft.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Where a snapshot is written: a staged file that nobody sees before {@link #commit()} (a snapshot
 * of this node) or {@link DurableLog#installSnapshot} (one that was received). {@link #close()}
 * without either discards it. Any thread, not necessarily Raft's; appends go on meanwhile.
 */
public final class SnapshotSink extends OutputStream {
  private static final int BUFFER_BYTES = 256 << 10;

  /**
   * Forced in parts: the disk would otherwise have all of a large snapshot to write when the log
   * wants its next small force.
   */
  private static final long FORCE_BYTES = 8L << 20;

  private final DurableLog log;
  private final Directory directory;
  private final SpaceGuard space;
  private final Path path;
  private final long index;
  private final long term;
  private final LogFile file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final CRC32C sum = new CRC32C();
  private long position;
  private long unforced;
  private boolean done;

  SnapshotSink(
      DurableLog log, Directory directory, SpaceGuard space, Path path, long index, long term)
      throws IOException {
    this.log = log;
    this.directory = directory;
    this.space = space;
    this.path = path;
    this.index = index;
    this.term = term;
    this.file = LogFile.create(directory.staged(path));
    buffer.put(SnapshotFormat.header(index, term));
  }

  /** The last entry that is part of the content. */
  public long index() {
    return index;
  }

  /** The term of the entry at {@link #index()}. */
  public long term() {
    return term;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** Throws {@link NoSpaceException} when the disk's reserve is reached: then close, try later. */
  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    requireOpen();
    for (int from = offset; from < offset + length; ) {
      if (!buffer.hasRemaining()) {
        drain();
      }
      int part = Math.min(buffer.remaining(), offset + length - from);
      buffer.put(bytes, from, part);
      from += part;
    }
  }

  /**
   * Makes this the newest snapshot: when it returns, it is on disk under its name. The one before
   * is kept until {@link DurableLog#compact}. The content must be what this node's log says, so the
   * index must be committed here and its term the log's.
   */
  public void commit() {
    log.commitSnapshot(this);
  }

  /** Discards the snapshot unless it was committed. */
  @Override
  public void close() {
    // Waits for a write in progress; never calls the log while it holds this lock.
    synchronized (this) {
      if (done) {
        return;
      }
      done = true;
    }
    log.discard(this);
  }

  /** Footer, force, name, force of the name. */
  synchronized SnapshotFile finish() throws IOException {
    requireOpen();
    drain();
    long size = position - SnapshotFormat.HEADER_BYTES;
    int crc = (int) sum.getValue();
    file.write(SnapshotFormat.footer(size, crc), position);
    directory.force(file);
    done = true;
    file.close();
    directory.publish(directory.staged(path), path);
    return new SnapshotFile(path, index, term, size, crc);
  }

  synchronized void delete() throws IOException {
    file.close();
    directory.delete(directory.staged(path));
  }

  private void drain() throws IOException {
    buffer.flip();
    space.require(buffer.remaining());
    sum.update(buffer.duplicate());
    try {
      file.write(buffer, position);
      position += buffer.remaining();
      unforced += buffer.remaining();
      if (unforced >= FORCE_BYTES) {
        directory.force(file);
        unforced = 0;
      }
    } catch (IOException e) {
      throw log.diskFailed("writing " + path, e);
    }
    buffer.clear();
  }

  private void requireOpen() {
    if (done) {
      throw new IllegalStateException("The snapshot of entry " + index + " is already closed");
    }
  }
}
