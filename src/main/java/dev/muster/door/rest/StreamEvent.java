package dev.muster.door.rest;

import java.nio.charset.StandardCharsets;

/**
 * One event of a stream.
 *
 * @param name such as {@code put}
 * @param json what happened: a record, a map, or JSON that was encoded already
 */
public record StreamEvent(String name, Object json) {
  String data() {
    byte[] encoded = json instanceof byte[] done ? done : Json.encode(json);
    return new String(encoded, StandardCharsets.UTF_8);
  }
}
