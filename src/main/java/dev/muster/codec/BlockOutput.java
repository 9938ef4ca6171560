package dev.muster.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * Frames blocks in a stream: length (4 bytes), CRC32C (4 bytes), content; at the end a block of
 * length 0. The checksum runs on over all lengths and contents from the first block, so that a
 * block that is lost, repeated or moved is found like one that is damaged.
 */
final class BlockOutput implements SnapshotWriter.Blocks {
  static final int FRAME_BYTES = 8;

  private final OutputStream out;
  private final CRC32C crc = new CRC32C();

  BlockOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void accept(byte[] content, int length) throws IOException {
    byte[] frame = new byte[FRAME_BYTES];
    putInt(frame, 0, length);
    crc.update(frame, 0, Integer.BYTES);
    crc.update(content, 0, length);
    putInt(frame, Integer.BYTES, (int) crc.getValue());
    out.write(frame);
    out.write(content, 0, length);
  }

  void end() throws IOException {
    accept(new byte[0], 0);
  }

  private static void putInt(byte[] to, int offset, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      to[offset + i] = (byte) (value >>> (24 - 8 * i));
    }
  }
}
