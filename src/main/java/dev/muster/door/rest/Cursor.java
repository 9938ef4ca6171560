package dev.muster.door.rest;

import dev.muster.core.PlainText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of a listing ended. Opaque to clients, so that what it holds (the last name) may
 * change; it stays valid however long it is kept and whatever is written meanwhile.
 */
public final class Cursor {
  private Cursor() {}

  /** The cursor of a page that ended with this name. */
  public static String after(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The name that the page asked for begins after; {@code ""} for the first page.
   *
   * @param prefix that each name of the listing has
   */
  public static String name(Query query, String prefix) {
    String cursor = query.text(Query.CURSOR);
    if (cursor == null) {
      return "";
    }
    String name = decode(cursor);
    if (name == null
        || name.isEmpty()
        || !name.startsWith(prefix)
        || PlainText.firstFault(name).isPresent()) {
      throw new Problem(
              Code.INVALID_CURSOR,
              "the cursor is not one of this listing; use 'next' of its last page, with the same"
                  + " prefix")
          .with("parameter", Query.CURSOR);
    }
    return name;
  }

  private static @Nullable String decode(String cursor) {
    if (cursor.length() > RestLimits.CURSOR_CHARS_MAX) {
      return null;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException malformed) {
      return null;
    }
  }
}
