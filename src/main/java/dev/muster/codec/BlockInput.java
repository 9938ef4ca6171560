package dev.muster.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/** Reads the blocks of {@link BlockOutput}; what it hands out has the right checksum. */
final class BlockInput {
  /**
   * Larger blocks are believed only as their bytes arrive: a wrong length must not fill the heap.
   */
  private static final int BUFFER_BYTES = 128 << 10;

  private final String source;
  private final InputStream in;
  private final CRC32C crc = new CRC32C();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long blocks;

  BlockInput(String source, InputStream in) {
    this.source = source;
    this.in = in;
  }

  /**
   * The next block; an empty one is the end. Its bytes are valid until the next call.
   *
   * @throws UnreadableException if the block is damaged or cut off
   */
  Input next(String writer) throws IOException {
    byte[] frame = in.readNBytes(BlockOutput.FRAME_BYTES);
    if (frame.length < BlockOutput.FRAME_BYTES) {
      throw damaged("it ends too early");
    }
    int length = getInt(frame, 0);
    if (length < 0) {
      throw damaged("its length is negative");
    }
    byte[] content = buffer;
    int read;
    if (length <= buffer.length) {
      read = in.readNBytes(buffer, 0, length);
    } else {
      content = in.readNBytes(length);
      read = content.length;
    }
    if (read < length) {
      throw damaged("it ends too early");
    }
    crc.update(frame, 0, Integer.BYTES);
    crc.update(content, 0, length);
    if ((int) crc.getValue() != getInt(frame, Integer.BYTES)) {
      throw damaged("its checksum is wrong");
    }
    blocks++;
    return new Input(source, writer, content, 0, length);
  }

  private UnreadableException damaged(String what) {
    return new UnreadableException(source + " is damaged in block " + (blocks + 1) + ": " + what);
  }

  private static int getInt(byte[] from, int offset) {
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = (value << 8) | (from[offset + i] & 0xFF);
    }
    return value;
  }
}
