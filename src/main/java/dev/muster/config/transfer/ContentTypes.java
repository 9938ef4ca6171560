package dev.muster.config.transfer;

import dev.muster.format.Format;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Content types of files that come without one. */
final class ContentTypes {
  private ContentTypes() {}

  /** As the name says; else text if it is UTF-8 without zeros. */
  static String of(String name, byte[] content) {
    return Format.ofName(name).orElseGet(() -> ofContent(content)).contentType();
  }

  private static Format ofContent(byte[] content) {
    for (byte b : content) {
      if (b == 0) {
        return Format.BINARY;
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
      return Format.TEXT;
    } catch (CharacterCodingException binary) {
      return Format.BINARY;
    }
  }
}
