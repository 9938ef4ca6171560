package dev.muster.raft.log;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A complete snapshot: the content of everything up to and including the entry at {@link #index()}.
 * Immutable, any thread. It may be deleted when a newer one is there and the log is compacted; what
 * is open then can be read to its end, but opening it throws {@link java.io.FileNotFoundException}:
 * take {@link DurableLog#snapshot()} again.
 */
public final class SnapshotFile {
  private final Path path;
  private final long index;
  private final long term;
  private final long size;
  private final int crc;

  SnapshotFile(Path path, long index, long term, long size, int crc) {
    this.path = path;
    this.index = index;
    this.term = term;
    this.size = size;
    this.crc = crc;
  }

  /** Verifies a whole file. */
  static SnapshotFile verified(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long size = file.length() - SnapshotFormat.HEADER_BYTES - SnapshotFormat.FOOTER_BYTES;
      if (size < 0) {
        throw DamagedLogException.in(path, "the snapshot is shorter than its header and footer");
      }
      ByteBuffer header = read(file, 0, SnapshotFormat.HEADER_BYTES);
      if (header.getLong(0) != SnapshotFormat.MAGIC) {
        throw DamagedLogException.in(path, "it does not begin like a snapshot");
      }
      int version = header.getInt(8);
      if (version > SnapshotFormat.FORMAT_VERSION) {
        throw DamagedLogException.newer(path, version, SnapshotFormat.FORMAT_VERSION);
      }
      if (header.getInt(SnapshotFormat.HEADER_CRC_AT)
          != Checksum.of(header, 0, SnapshotFormat.HEADER_CRC_AT)) {
        throw DamagedLogException.in(path, "the checksum of the snapshot's header is wrong");
      }
      ByteBuffer footer =
          read(file, SnapshotFormat.HEADER_BYTES + size, SnapshotFormat.FOOTER_BYTES);
      if (footer.getLong(0) != size || footer.getInt(12) != SnapshotFormat.FOOTER_MAGIC) {
        throw DamagedLogException.in(path, "the snapshot is incomplete");
      }
      SnapshotFile snapshot =
          new SnapshotFile(path, header.getLong(12), header.getLong(20), size, footer.getInt(8));
      try (InputStream in = snapshot.open()) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return snapshot;
    }
  }

  public Path path() {
    return path;
  }

  /** The last entry that is part of the content. */
  public long index() {
    return index;
  }

  /** The term of the entry at {@link #index()}. */
  public long term() {
    return term;
  }

  /** Bytes of the content. */
  public long size() {
    return size;
  }

  /**
   * The content. Reading its end verifies the checksum and throws {@link DamagedLogException} if it
   * is wrong: what was read must not be used before the end was reached.
   */
  public InputStream open() throws IOException {
    // Not a FileChannel: an interrupt of the reader would close it.
    InputStream in = new FileInputStream(path.toFile());
    in.skipNBytes(SnapshotFormat.HEADER_BYTES);
    return new Verifying(in);
  }

  /**
   * A part of the content, to send it in chunks: {@code length} bytes, or fewer at the end. Not
   * verified (the receiver's whole snapshot is).
   */
  public ByteBuffer read(long offset, int length) throws IOException {
    if (offset < 0 || offset > size || length < 0) {
      throw new IllegalArgumentException(
          "offset %d, length %d: the snapshot has %d bytes".formatted(offset, length, size));
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      return read(
          file, SnapshotFormat.HEADER_BYTES + offset, (int) Math.min(length, size - offset));
    }
  }

  @Override
  public String toString() {
    return path + " (" + size + " bytes)";
  }

  private static ByteBuffer read(RandomAccessFile file, long position, int length)
      throws IOException {
    byte[] bytes = new byte[length];
    file.seek(position);
    file.readFully(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private final class Verifying extends InputStream {
    private final InputStream in;
    private final CRC32C sum = new CRC32C();
    private long left = size;

    Verifying(InputStream in) {
      this.in = in;
      sum.update(SnapshotFormat.header(index, term));
      if (left == 0) {
        verify();
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw DamagedLogException.in(path, "the snapshot ends early");
      }
      sum.update(bytes, offset, count);
      left -= count;
      if (left == 0) {
        verify();
      }
      return count;
    }

    private void verify() {
      if ((int) sum.getValue() != crc) {
        throw DamagedLogException.in(path, "the checksum of the snapshot is wrong");
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
