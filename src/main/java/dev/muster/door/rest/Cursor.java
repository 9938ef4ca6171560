package dev.muster.door.rest;

import dev.muster.core.PlainText;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where a page of a listing begins. What clients see of it is opaque, so that what it holds may
 * change: the last name of the page before, behind a digest of the listing that it belongs to, for
 * in another one it would be a wrong place. It stays valid however long it is kept and whatever is
 * written meanwhile.
 */
public final class Cursor {
  /** Chance may mistake one listing for another; nobody gains by forging it. */
  private static final int DIGEST_BYTES = 6;

  /** What may be another from page to page of one listing. */
  private static final Set<String> OF_THE_PAGE =
      Set.of(Query.LIMIT, Query.CURSOR, Query.CONSISTENCY);

  private final String listing;
  private final String after;

  private Cursor(String listing, String after) {
    this.listing = listing;
    this.after = after;
  }

  /**
   * Where the page begins that a request asks for.
   *
   * @param prefix that each name of the listing has
   * @throws Problem if its cursor is not one of this listing
   */
  public static Cursor of(RoutingContext context, Query query, String prefix) {
    String listing = listing(RequestPath.of(context), query);
    String cursor = query.text(Query.CURSOR);
    return new Cursor(listing, cursor == null ? "" : name(cursor, prefix, listing));
  }

  /** The name that the page begins after; {@code ""} for the first page. */
  public String after() {
    return after;
  }

  /** The cursor of the page after this one, which ended with this name. */
  public String next(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(DIGEST_BYTES + bytes.length)
                .put(digest(listing))
                .put(bytes)
                .array());
  }

  /** The listing and the place in it: all of the request that says which entries follow. */
  @Override
  public String toString() {
    return after.length() + ":" + after + listing;
  }

  static Problem foreign() {
    return new Problem(
            Code.INVALID_CURSOR,
            "the cursor is not one of this listing; use 'next' of its last page, with the same"
                + " parameters, but for the limit")
        .with("parameter", Query.CURSOR);
  }

  /** With the length of each value, so that none can be mistaken for two. */
  private static String listing(RequestPath path, Query query) {
    StringBuilder text = new StringBuilder(String.join("/", path.segments()));
    for (Map.Entry<String, String> parameter : new TreeMap<>(query.all()).entrySet()) {
      if (!OF_THE_PAGE.contains(parameter.getKey())) {
        String value = parameter.getValue();
        text.append('\n').append(parameter.getKey()).append('=').append(value.length());
        text.append(':').append(value);
      }
    }
    return text.toString();
  }

  private static String name(String cursor, String prefix, String listing) {
    if (cursor.length() > RestLimits.CURSOR_CHARS_MAX) {
      throw foreign();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor);
      if (bytes.length <= DIGEST_BYTES
          || !Arrays.equals(bytes, 0, DIGEST_BYTES, digest(listing), 0, DIGEST_BYTES)) {
        throw foreign();
      }
      String name =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, DIGEST_BYTES, bytes.length - DIGEST_BYTES))
              .toString();
      if (!name.startsWith(prefix) || PlainText.firstFault(name).isPresent()) {
        throw foreign();
      }
      return name;
    } catch (IllegalArgumentException | CharacterCodingException malformed) {
      throw foreign();
    }
  }

  private static byte[] digest(String listing) {
    try {
      return Arrays.copyOf(
          MessageDigest.getInstance("SHA-256").digest(listing.getBytes(StandardCharsets.UTF_8)),
          DIGEST_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
