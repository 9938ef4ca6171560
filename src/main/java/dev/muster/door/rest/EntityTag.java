package dev.muster.door.rest;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Conditions on entity tags. A tag is a revision in quotes: a node's own modified revision, or a
 * collection's subtree revision. {@code "0"} stands for what does not exist.
 */
public final class EntityTag {
  /** The tag of what does not exist. */
  public static final long ABSENT = 0;

  private static final String GZIP_END = "-" + Coding.GZIP + "\"";

  private EntityTag() {}

  /** What a write demands of the thing it writes. */
  public sealed interface Condition {
    /** No condition. */
    record None() implements Condition {}

    /** {@code If-None-Match: *}: it does not exist. */
    record Absent() implements Condition {}

    /** {@code If-Match: *}: it exists. */
    record Present() implements Condition {}

    /** {@code If-Match: "17"}: it was last modified by this revision. */
    record Revision(long revision) implements Condition {}
  }

  public static String text(long revision) {
    return "\"" + revision + "\"";
  }

  /**
   * The tag of the same in gzip: other bytes need another strong tag (RFC 9110, 8.8.3.3). As a
   * condition it means the same revision.
   */
  static String gzipText(long revision) {
    return "\"" + revision + GZIP_END;
  }

  /** The tag with which the client is told that it has this revision: the one that it sent. */
  static String known(RoutingContext context, long revision) {
    String noneMatch = context.request().getHeader(HttpHeaderNames.IF_NONE_MATCH);
    String gzip = gzipText(revision);
    return noneMatch != null && noneMatch.contains(gzip) ? gzip : text(revision);
  }

  /** What a write demands. */
  public static Condition condition(RoutingContext context) {
    String match = Headers.single(context, HttpHeaderNames.IF_MATCH);
    String noneMatch = Headers.single(context, HttpHeaderNames.IF_NONE_MATCH);
    if (match != null && noneMatch != null) {
      throw new Problem(Code.INVALID_HEADER, "send If-Match or If-None-Match, not both");
    }
    if (noneMatch != null) {
      if (!noneMatch.trim().equals("*")) {
        throw new Problem(
            Code.INVALID_ETAG, "a write takes 'If-None-Match: *' (create only), no entity tag");
      }
      return new Condition.Absent();
    }
    if (match == null) {
      return new Condition.None();
    }
    String tag = match.trim();
    if (tag.equals("*")) {
      return new Condition.Present();
    }
    if (tag.startsWith("W/")) {
      throw new Problem(Code.INVALID_ETAG, "If-Match compares strong entity tags only, not W/...");
    }
    return new Condition.Revision(revision(tag));
  }

  /** The revisions that a reader holds: {@code If-None-Match}; empty if it sent none. */
  public static List<Long> known(RoutingContext context) {
    String noneMatch = Headers.single(context, HttpHeaderNames.IF_NONE_MATCH);
    if (noneMatch == null) {
      return List.of();
    }
    List<Long> revisions = new ArrayList<>(1);
    for (String tag : noneMatch.split(",", -1)) {
      String trimmed = tag.trim();
      // What compresses on the way makes tags weak.
      revisions.add(revision(trimmed.startsWith("W/") ? trimmed.substring(2) : trimmed));
    }
    return revisions;
  }

  private static long revision(String tag) {
    if (tag.length() >= 3 && tag.startsWith("\"") && tag.endsWith("\"")) {
      int end = tag.endsWith(GZIP_END) ? tag.length() - GZIP_END.length() : tag.length() - 1;
      String digits = tag.substring(1, Math.max(1, end));
      if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        try {
          return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
          // The same answer as for anything else that is no revision.
        }
      }
    }
    throw new Problem(
        Code.INVALID_ETAG, "an entity tag here is a revision in double quotes, such as \"42\"");
  }
}
