package dev.muster.door.rest;

import dev.muster.core.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A content within JSON: as text if its bytes are UTF-8, whatever its type says, else in base64.
 * Either way, the bytes come back exactly.
 */
record Payload(@Nullable String content, @Nullable String contentBase64) {
  static final Payload NONE = new Payload(null, null);

  static Payload of(Bytes content) {
    String text = text(content.array());
    return text == null
        ? new Payload(null, Base64.getEncoder().encodeToString(content.array()))
        : new Payload(text, null);
  }

  /** What the bytes say in UTF-8; absent if they are not. */
  static @Nullable String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // It stands for what could not be read; or was there.
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException binary) {
      return null;
    }
  }
}
