package dev.muster.door.rest;

import java.nio.charset.StandardCharsets;

/**
 * One event of a stream.
 *
 * @param name such as {@code put}
 * @param json what happened, a record or map
 */
public record StreamEvent(String name, Object json) {
  String data() {
    return new String(Json.encode(json), StandardCharsets.UTF_8);
  }
}
