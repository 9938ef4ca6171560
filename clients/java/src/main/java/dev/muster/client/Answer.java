package dev.muster.client;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered, whole.
 *
 * @param repeated whether an earlier try of the same write may have been done before this answer
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, changed by nobody
record Answer(URI server, int status, HttpHeaders headers, byte[] body, boolean repeated) {
  static final String REVISION = "Muster-Revision";

  /** The revision of the state that it was made from; -1 if it does not say. */
  long revision() {
    return number(headers.firstValue(REVISION).orElse(""));
  }

  /** -1 if there is none. */
  long etag() {
    String tag = headers.firstValue("ETag").orElse("");
    if (tag.startsWith("W/")) {
      tag = tag.substring(2); // what compresses on the way makes tags weak
    }
    return tag.length() > 2 && tag.startsWith("\"") && tag.endsWith("\"")
        ? number(tag.substring(1, tag.length() - 1))
        : -1;
  }

  /** 0 if it does not say; dates are not understood, as Muster sends none. */
  long retryAfterMillis() {
    long seconds = number(headers.firstValue("Retry-After").orElse(""));
    return seconds <= 0 ? 0 : Math.min(seconds * 1_000, Limits.RETRY_AFTER_MILLIS_MAX);
  }

  Answer asRepeated() {
    return new Answer(server, status, headers, body, true);
  }

  boolean isDone() {
    return (status >= 200 && status < 300) || status == 304;
  }

  /** The problem that it describes; empty if it describes none. */
  Map<String, @Nullable Object> problem() {
    if (!headers.firstValue("Content-Type").orElse("").startsWith("application/problem+json")) {
      return Map.of();
    }
    try {
      return Json.object(body);
    } catch (Json.MalformedException e) {
      return Map.of();
    }
  }

  /** The problem's code; empty if this is not a problem of Muster's. */
  String code() {
    return problem().get("code") instanceof String code ? code : "";
  }

  /** As what a caller is told. */
  MusterException exception(MusterException.Outcome outcome) {
    Map<String, @Nullable Object> problem = problem();
    String code = code();
    return new MusterException(
        code.isEmpty() ? MusterException.INVALID_ANSWER : code,
        status,
        problem.get("detail") instanceof String detail
            ? detail
            : server + " answered " + status + " without saying why",
        outcome,
        problem.get("actual") instanceof Long actual ? actual : -1,
        retryAfterMillis(),
        null);
  }

  /**
   * No Muster answers from an older state than it is asked for; whatever stands before it may.
   *
   * @throws MusterException {@link MusterException#INVALID_ANSWER} if one did
   */
  static void demandNotOlder(long revision, long seen) {
    if (revision < seen) {
      throw new MusterException(
          MusterException.INVALID_ANSWER,
          "the state of revision " + revision + ", after that of " + seen);
    }
  }

  private static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 18) {
      return -1;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return -1;
      }
    }
    return Long.parseLong(digits);
  }
}
