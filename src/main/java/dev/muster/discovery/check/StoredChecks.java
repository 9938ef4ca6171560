package dev.muster.discovery.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.core.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The checks in the node of an instance. */
public final class StoredChecks {
  /** Their field in what an instance says of itself. */
  public static final String FIELD = "checks";

  private static final ObjectMapper READER = new ObjectMapper();
  private static final byte[] SIGN = ("\"" + FIELD + "\":[{").getBytes(StandardCharsets.UTF_8);

  private StoredChecks() {}

  /**
   * Whether there may be some, at the price of a look through the bytes: most instances have none,
   * and most of their registrations are seen by every node.
   */
  public static boolean mayHave(Bytes stored) {
    byte[] bytes = stored.array();
    for (int at = 0; at <= bytes.length - SIGN.length; at++) {
      int same = 0;
      while (same < SIGN.length && bytes[at + same] == SIGN[same]) {
        same++;
      }
      if (same == SIGN.length) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads them.
   *
   * @throws UncheckedIOException if the bytes are not of an instance
   * @throws dev.muster.discovery.InvalidInstanceException if another version wrote what this one
   *     does not know
   */
  public static List<CheckSpec> read(Bytes stored) {
    if (!mayHave(stored)) {
      return List.of();
    }
    try {
      JsonNode json = READER.readTree(stored.array());
      return CheckJson.read(json.path(FIELD));
    } catch (IOException notOurs) {
      throw new UncheckedIOException(notOurs);
    }
  }
}
