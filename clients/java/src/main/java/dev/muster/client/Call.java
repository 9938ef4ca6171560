package dev.muster.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request, whichever server it will go to.
 *
 * @param path below {@code /api/v1/}, percent-encoded, with its query
 * @param waitSeconds how long the server may wait before it answers; 0 for not at all
 * @param repeatable whether sending it again is safe when nobody knows what became of the first
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, changed by nobody
record Call(
    String method,
    String path,
    Map<String, String> headers,
    byte @Nullable [] body,
    int waitSeconds,
    boolean repeatable) {

  static Call get(String path) {
    return new Call("GET", path, Map.of(), null, 0, true);
  }

  /** A GET that is answered once there is something else than what the tag says. */
  static Call poll(String path, long etag, int waitSeconds) {
    return new Call(
        "GET",
        path,
        Map.of("If-None-Match", "\"" + etag + "\"", "Prefer", "wait=" + waitSeconds),
        null,
        waitSeconds,
        true);
  }

  static Call write(String method, String path, byte @Nullable [] body, boolean repeatable) {
    return new Call(method, path, Map.of(), body, 0, repeatable);
  }

  Call withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Call(method, path, more, body, waitSeconds, repeatable);
  }

  boolean isRead() {
    return method.equals("GET");
  }
}
