package dev.muster.codec;

import dev.muster.core.State;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A whole state as bytes: magic, then {@link BlockOutput blocks}. The first block says the format's
 * number and the version that wrote the snapshot, in every format to come; the others hold the
 * state. The same state is the same bytes, but for the writer's version. Any thread may use it.
 */
public final class SnapshotCodec {
  private static final int FORMAT = 1;
  private static final byte[] MAGIC = "MUSTERSN".getBytes(StandardCharsets.US_ASCII);
  private static final String SOURCE = "the snapshot";

  private SnapshotCodec() {}

  /** Writes in blocks of some 64 KiB, and neither flushes nor closes. */
  public static void write(State state, OutputStream out) throws IOException {
    write(state, out, Version.CURRENT);
  }

  static void write(State state, OutputStream out, String writer) throws IOException {
    out.write(MAGIC);
    Output header = new Output(64);
    header.octet(FORMAT);
    header.text(writer);
    BlockOutput blocks = new BlockOutput(out);
    blocks.accept(header.buffer(), header.size());
    SnapshotWriter.write(state, blocks);
    blocks.end();
  }

  /**
   * Reads the snapshot that is all that is left of the stream. Does not close it.
   *
   * @throws UnreadableException if it is damaged, cut off or was written by a newer version
   * @throws IOException if the stream fails
   */
  public static State read(InputStream in) throws IOException {
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw new UnreadableException(SOURCE + " does not begin as one of Muster does");
    }
    BlockInput blocks = new BlockInput(SOURCE, in);
    Input header = blocks.next("");
    int format = header.octet();
    String writer = header.text();
    header.writtenBy(writer);
    if (format != FORMAT) {
      throw header.unknown("format", format);
    }
    header.end();
    State state;
    try {
      state = new SnapshotReader(blocks, writer).read();
    } catch (IllegalArgumentException refused) {
      throw header.damaged(String.valueOf(refused.getMessage()), refused);
    }
    if (in.read() != -1) {
      throw new UnreadableException(SOURCE + " is damaged: bytes follow its end");
    }
    return state;
  }

  /**
   * SHA-256 over the state's content: equal on nodes of different product versions if, and only if,
   * their states are equal.
   */
  public static byte[] digest(State state) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) FORMAT);
      SnapshotWriter.write(state, (content, length) -> digest.update(content, 0, length));
      return digest.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
