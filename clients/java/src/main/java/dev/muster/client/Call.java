package dev.muster.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request, whichever server it will go to.
 *
 * @param kind what a server must be able to do to answer it
 * @param path below {@code /api/v1/}, percent-encoded, with its query
 * @param waitSeconds how long the server may wait before it answers; 0 for not at all
 * @param repeatable whether sending it again is safe when nobody knows what became of the first
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, changed by nobody
record Call(
    Kind kind,
    String method,
    String path,
    Map<String, String> headers,
    byte @Nullable [] body,
    int waitSeconds,
    boolean repeatable) {

  /** A server that cannot do one of these for now, and says so, may well do the others. */
  enum Kind {
    /** Any server answers, from what it has. */
    READ,
    /** Takes one of a server's places for those who wait. */
    POLL,
    /** Needs the cluster's leader. */
    LEADER,
    /** A sign of life, which needs the leader, too; but whoever keeps silent is taken for dead. */
    LEASE
  }

  static Call get(String path) {
    return new Call(Kind.READ, "GET", path, Map.of(), null, 0, true);
  }

  /** Reads what was acknowledged to anybody. */
  static Call getFresh(String path) {
    return new Call(
        Kind.LEADER, "GET", path + "?consistency=linearizable", Map.of(), null, 0, true);
  }

  /** A GET that is answered once there is something else than what the tag says. */
  static Call poll(String path, long etag, int waitSeconds) {
    return new Call(
        waitSeconds > 0 ? Kind.POLL : Kind.READ,
        "GET",
        path,
        Map.of("If-None-Match", "\"" + etag + "\"", "Prefer", "wait=" + waitSeconds),
        null,
        waitSeconds,
        true);
  }

  /** Asks for many items at once; answered once one of them is something else than it says. */
  static Call batchPoll(byte[] json, int waitSeconds) {
    return new Call(
        waitSeconds > 0 ? Kind.POLL : Kind.READ,
        "POST",
        "poll",
        Map.of("Content-Type", "application/json", "Prefer", "wait=" + waitSeconds),
        json,
        waitSeconds,
        true);
  }

  static Call write(String method, String path, byte @Nullable [] body, boolean repeatable) {
    return new Call(Kind.LEADER, method, path, Map.of(), body, 0, repeatable);
  }

  /** Registers an instance, keeps or ends its lease. */
  static Call lease(String method, String path, byte @Nullable [] body) {
    return new Call(Kind.LEASE, method, path, Map.of(), body, 0, true);
  }

  Call withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Call(kind, method, path, more, body, waitSeconds, repeatable);
  }

  /** Changes nothing, though that is not seen from outside. */
  boolean isReadByPost() {
    return isRead() && method.equals("POST");
  }

  boolean isRead() {
    return kind == Kind.READ || kind == Kind.POLL || method.equals("GET");
  }
}
