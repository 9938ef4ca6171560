package dev.muster.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a poll for many items was answered with.
 *
 * @param revision of the state that it was made from
 * @param changed the items that are something else than what was asked with, by their paths
 * @param more whether others are, too, and did not fit in
 */
record BatchAnswer(long revision, Map<String, Snapshot> changed, boolean more) {

  /**
   * Reads a 200.
   *
   * @throws MusterException {@link MusterException#INVALID_ANSWER} if it cannot be Muster's
   */
  static BatchAnswer of(Answer answer) {
    try {
      Map<String, @Nullable Object> body = Json.object(answer.body());
      if (!(body.get("revision") instanceof Long revision)
          || !(body.get("changed") instanceof List<?> list)
          || !(body.get("more") instanceof Boolean more)) {
        throw new Json.MalformedException("'revision', 'changed' and 'more' are expected");
      }
      Map<String, Snapshot> changed = new HashMap<>();
      for (Object each : list) {
        if (!(each instanceof Map<?, ?> item)
            || !(item.get("namespace") instanceof String namespace)
            || !(item.get("name") instanceof String name)) {
          throw new Json.MalformedException("an item without its name");
        }
        changed.put(Paths.item(namespace, name), snapshot(revision, item));
      }
      return new BatchAnswer(revision, changed, more);
    } catch (Json.MalformedException | IllegalArgumentException e) {
      throw new MusterException(
          MusterException.INVALID_ANSWER, answer.server() + ": " + e.getMessage());
    }
  }

  private static Snapshot snapshot(long asOf, Map<?, ?> item) throws Json.MalformedException {
    if (!(item.get("revision") instanceof Long modified) || modified < 0 || modified > asOf) {
      throw new Json.MalformedException("an item without its revision");
    }
    if (modified == 0) {
      return Snapshot.absent(asOf);
    }
    String type = item.get("contentType") instanceof String text ? text : Snapshot.TYPE_UNKNOWN;
    if (item.get("content") instanceof String text) {
      return new Snapshot(asOf, modified, type, text.getBytes(StandardCharsets.UTF_8));
    }
    if (item.get("contentBase64") instanceof String base64) {
      return new Snapshot(asOf, modified, type, Base64.getDecoder().decode(base64));
    }
    throw new Json.MalformedException("an item without its content");
  }
}
