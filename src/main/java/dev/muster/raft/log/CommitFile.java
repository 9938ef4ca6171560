package dev.muster.raft.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A lower bound of the commit index. Written at every commit without a force (it is in the page
 * cache, so a killed process loses nothing), forced now and then; a power loss may take it back
 * some seconds, never forward, since what is committed is on disk already. Value in {@link Slots}:
 * index 8.
 */
final class CommitFile implements Closeable {
  private static final String NAME = "commit";
  private static final long MAGIC = 0x4D555354434F4D54L; // MUSTCOMT

  private final Slots slots;

  private CommitFile(Slots slots) {
    this.slots = slots;
  }

  static CommitFile create(Directory directory) throws IOException {
    return new CommitFile(Slots.create(directory, directory.file(NAME), MAGIC, bytes(0)));
  }

  static CommitFile open(Directory directory) throws IOException {
    Path file = directory.file(NAME);
    if (!Files.exists(file)) {
      throw DamagedLogException.in(file, "the file with the commit index is missing");
    }
    return new CommitFile(Slots.open(directory, file, MAGIC));
  }

  long index() {
    return ByteBuffer.wrap(slots.value()).getLong();
  }

  void write(long index) throws IOException {
    slots.write(bytes(index));
  }

  void force() throws IOException {
    slots.force();
  }

  private static byte[] bytes(long index) {
    return ByteBuffer.allocate(Long.BYTES).putLong(index).array();
  }

  @Override
  public void close() throws IOException {
    slots.close();
  }
}
