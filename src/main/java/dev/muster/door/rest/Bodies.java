package dev.muster.door.rest;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads request bodies, never past their limit. */
public final class Bodies {
  private static final Logger LOG = Logger.getLogger(Bodies.class);

  private Bodies() {}

  /**
   * The body as it was sent. Must be called from the resource method itself: later, parts of the
   * body may have passed by.
   *
   * <p>Fails with {@link Code#BODY_TIMEOUT} if it is not all there after {@link
   * RestLimits#BODY_TIMEOUT_MILLIS}, with {@link Code#MALFORMED_BODY} if it is malformed or cut
   * off.
   *
   * @param bytesMax fails with {@link Code#BODY_TOO_LARGE} beyond it
   */
  public static Uni<byte[]> bytes(RoutingContext context, int bytesMax) {
    return bytes(context, bytesMax, RestLimits.BODY_TIMEOUT_MILLIS);
  }

  static Uni<byte[]> bytes(RoutingContext context, int bytesMax, long timeoutMillis) {
    HttpServerRequest request = context.request();
    refuseCoded(request);
    refuseTooLarge(request, bytesMax);
    return Uni.createFrom().emitter(emitter -> read(context, bytesMax, timeoutMillis, emitter));
  }

  /**
   * The body as JSON of a record's shape; see {@link Json} for how strict. At most {@link
   * RestLimits#JSON_BODY_BYTES_MAX}.
   */
  public static <T> Uni<T> json(RoutingContext context, Class<T> type) {
    return json(context, type, RestLimits.JSON_BODY_BYTES_MAX);
  }

  /** As {@link #json}, with a limit of its own; a worker reads what is large. */
  static <T> Uni<T> json(RoutingContext context, Class<T> type, int bytesMax) {
    demandJson(context);
    return bytes(context, bytesMax)
        .flatMap(
            json ->
                Workers.run(
                    json.length > Workers.AT_ONCE_BYTES_MAX, () -> Json.decode(json, type)));
  }

  /** As {@link #json}, but absent if the request has no body. */
  public static <T> Uni<@Nullable T> optionalJson(RoutingContext context, Class<T> type) {
    HttpServerRequest request = context.request();
    String length = request.getHeader(HttpHeaderNames.CONTENT_LENGTH);
    boolean undeclared =
        length == null && !Gate.isChunked(request) && request.version() != HttpVersion.HTTP_2;
    if (undeclared || "0".equals(length)) {
      return Uni.createFrom().nullItem();
    }
    demandJson(context);
    return bytes(context, RestLimits.JSON_BODY_BYTES_MAX)
        .map(json -> json.length == 0 ? null : Json.decode(json, type));
  }

  private static void demandJson(RoutingContext context) {
    String contentType = context.request().getHeader(HttpHeaderNames.CONTENT_TYPE);
    if (contentType != null && !isJson(contentType)) {
      throw new Problem(
          Code.UNSUPPORTED_MEDIA_TYPE,
          "the body is '" + contentType + "'; here, send application/json in UTF-8");
    }
  }

  private static boolean isJson(String contentType) {
    String type = contentType.toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "");
    return type.equals("application/json") || type.equals("application/json;charset=utf-8");
  }

  /**
   * Refuses a body whose length is told twice, or in a coding other than plain chunks: a proxy
   * before us could see its end elsewhere, and what we take for the next request would be its
   * client's to write.
   */
  static void refuseAmbiguousLength(HttpServerRequest request) {
    List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return;
    }
    if (request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      throw new Problem(
          Code.AMBIGUOUS_LENGTH, "send Content-Length or Transfer-Encoding, never both of them");
    }
    if (codings.size() > 1 || !codings.get(0).trim().equalsIgnoreCase("chunked")) {
      throw new Problem(Code.AMBIGUOUS_LENGTH, "the one Transfer-Encoding known here is 'chunked'");
    }
  }

  /** Refuses a compressed body: kept as it came, it would not be what its Content-Type says. */
  private static void refuseCoded(HttpServerRequest request) {
    String coding = request.getHeader(HttpHeaderNames.CONTENT_ENCODING);
    if (coding != null && !coding.trim().equalsIgnoreCase("identity")) {
      throw new Problem(
              Code.UNSUPPORTED_CONTENT_ENCODING,
              "the body has a Content-Encoding; send it plainly, without that header")
          .header("Accept-Encoding", "identity");
    }
  }

  static void refuseTooLarge(HttpServerRequest request, int bytesMax) {
    String length = request.getHeader(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null) {
      long bytes;
      try {
        bytes = Long.parseLong(length);
      } catch (NumberFormatException e) {
        bytes = Long.MAX_VALUE;
      }
      if (bytes > bytesMax) {
        throw tooLarge(bytes, bytesMax);
      }
    }
  }

  private static void read(
      RoutingContext context,
      int bytesMax,
      long timeoutMillis,
      UniEmitter<? super byte[]> emitter) {
    HttpServerRequest request = context.request();
    Vertx vertx = context.vertx();
    Buffer body = Buffer.buffer();
    long timer =
        vertx.setTimer(
            timeoutMillis,
            fired -> {
              request.handler(ignored -> {});
              request.pause();
              emitter.fail(tooSlow(body.length(), timeoutMillis));
            });
    request.exceptionHandler(
        failure -> {
          vertx.cancelTimer(timer);
          LOG.debugf(failure, "A body ended early");
          Problem problem =
              new Problem(
                  Code.MALFORMED_BODY,
                  "the body is malformed, or ended before its end: each chunk is its size in"
                      + " hexadecimal digits, a line end, as many bytes, a line end; the last has"
                      + " size 0");
          // At once: the connection is closed as soon as this returns.
          AnswerWriter.writeAndFlush(context, Problems.answer(problem));
          emitter.fail(problem);
        });
    request.handler(
        part -> {
          if (body.length() + part.length() > bytesMax) {
            vertx.cancelTimer(timer);
            request.handler(ignored -> {});
            request.pause();
            emitter.fail(tooLarge(body.length() + (long) part.length(), bytesMax));
          } else {
            body.appendBuffer(part);
          }
        });
    request.endHandler(
        end -> {
          vertx.cancelTimer(timer);
          // The request lives on, with a poll for a minute: it must not keep what was read.
          request.handler(null);
          request.endHandler(null);
          request.exceptionHandler(null);
          emitter.complete(body.getBytes());
        });
    String expect = request.getHeader(HttpHeaderNames.EXPECT);
    if (expect != null && expect.equalsIgnoreCase("100-continue")) {
      request.response().writeContinue();
    }
    request.resume();
  }

  private static Problem tooSlow(int bytes, long timeoutMillis) {
    return new Problem(
            Code.BODY_TIMEOUT,
            "of the body, "
                + bytes
                + " bytes came within "
                + timeoutMillis
                + " ms; the whole of it must")
        .with("maxMillis", timeoutMillis);
  }

  private static Problem tooLarge(long bytes, int bytesMax) {
    return new Problem(
            Code.BODY_TOO_LARGE,
            "the body has "
                + (bytes == Long.MAX_VALUE ? "too many" : bytes + " or more")
                + " bytes; allowed is at most "
                + bytesMax)
        .with("limit", "body.bytes")
        .with("value", bytes)
        .with("max", bytesMax);
  }
}
