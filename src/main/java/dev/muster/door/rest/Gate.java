package dev.muster.door.rest;

import dev.muster.config.transfer.TransferLimits;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every request before the framework routes it: refuses an Accept that the framework would
 * fail over, and bodies of an ambiguous length. Of those for the API, it refuses malformed paths,
 * which the framework would tidy up and answer as if they were others, and bodies that say they are
 * too large.
 */
@ApplicationScoped
public class Gate {
  static final String BASE = "/api/";

  /** Where Quarkus' metrics look for what a request is counted under. */
  private static final String URI_TEMPLATE = "UrlPathTemplate";

  /** Before all of Quarkus' own routes. */
  private static final int PRIORITY = 1_000_000;

  void register(@Observes Filters filters) {
    filters.register(this::look, PRIORITY);
  }

  /** What is so malformed that the framework's router gives up before any handler. */
  void register(@Observes Router router) {
    router.errorHandler(Code.BAD_REQUEST.status(), this::malformed);
    router.route().order(-PRIORITY).failureHandler(Gate::failed);
  }

  /** What the framework refuses by a status alone. */
  private static void failed(RoutingContext context) {
    if (context.response().headWritten()) {
      context.next();
      return;
    }
    Problem problem = problem(context);
    if (problem == null) {
      context.next();
    } else {
      AnswerWriter.write(context, Problems.answer(problem));
    }
  }

  private static @Nullable Problem problem(RoutingContext context) {
    try {
      checkTarget(context.request());
    } catch (Problem found) {
      return found;
    }
    String host = context.request().getHeader(HttpHeaderNames.HOST);
    return switch (context.statusCode()) {
      case 400 ->
          host == null
              ? new Problem(Code.INVALID_HEADER, "a request of HTTP/1.1 needs the header Host")
                  .with("header", "Host")
              : new Problem(Code.BAD_REQUEST, "the request is malformed");
      case 404, 405 -> Failures.notThere(context.request());
      case 413 -> new Problem(Code.BODY_TOO_LARGE, "the body is too large");
      default -> null;
    };
  }

  /** A request that took the place of one that cannot be read. */
  private static Problem unreadable(String code) {
    HttpServerOptions limits = StrictRequests.limits();
    return switch (code) {
      case "URI_TOO_LONG" ->
          new Problem(
                  Code.URI_TOO_LONG,
                  "the request line is too long; long names and parameters are not taken")
              .with("max", limits.getMaxInitialLineLength());
      case "HEADERS_TOO_LARGE" ->
          new Problem(Code.HEADERS_TOO_LARGE, "the headers are too large together; send fewer")
              .with("max", limits.getMaxHeaderSize());
      case "INVALID_CONTENT_LENGTH" ->
          new Problem(
              Code.INVALID_CONTENT_LENGTH,
              "Content-Length is the number of bytes of the body, a whole number from 0 on, sent"
                  + " once");
      case "AMBIGUOUS_LENGTH" ->
          new Problem(
              Code.AMBIGUOUS_LENGTH,
              "send Content-Length, or (not in version 1.0) 'Transfer-Encoding: chunked', once and never both");
      case "INVALID_HEADER" ->
          new Problem(Code.INVALID_HEADER, "a request has the header Host once")
              .with("header", "Host");
      default ->
          new Problem(
              Code.MALFORMED_REQUEST,
              "this is not HTTP: a request is a line 'GET /path HTTP/1.1', lines 'Name: value', an"
                  + " empty line");
    };
  }

  private void malformed(RoutingContext context) {
    Problem problem = new Problem(Code.BAD_REQUEST, "the request is malformed");
    try {
      RequestPath.parse(context.request().path());
    } catch (Problem found) {
      problem = found;
    }
    refuse(context, problem);
  }

  private void look(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (AnswerWriter.isClosing(request)) {
      return; // it came behind what was refused: perhaps part of that one's body
    }
    String unreadable = request.getHeader(StrictRequestDecoder.UNREADABLE);
    if (unreadable != null) {
      refuseAndClose(context, unreadable(unreadable));
      return;
    }
    try {
      Bodies.refuseAmbiguousLength(request);
    } catch (Problem problem) {
      refuseAndClose(context, problem);
      return;
    }
    try {
      checkTarget(request);
      Headers.checkAccept(request);
      Bodies.refuseTooLarge(request, bodyBytesMax(request.path()));
    } catch (Problem problem) {
      refuse(context, problem);
      return;
    }
    String path = request.path();
    if (path == null || !(path.startsWith(BASE) || becomesApiPath(context))) {
      context.next();
      return;
    }
    try {
      RequestPath.parse(path).attachTo(context);
      Headers.setAcceptAside(context);
    } catch (Problem problem) {
      refuse(context, problem);
      return;
    }
    if (request.method() == HttpMethod.OPTIONS) {
      tellMethods(context);
    } else {
      context.next();
    }
  }

  /** The framework would tell those of the whole class. */
  private static void tellMethods(RoutingContext context) {
    Set<String> allowed = AllowedMethods.at(String.valueOf(context.request().path()));
    AnswerWriter.write(
        context,
        allowed.isEmpty()
            ? Problems.answer(Failures.notThere(context.request()))
            : Answer.of(204).withHeader(HttpHeaders.ALLOW, String.join(", ", allowed)));
  }

  /** What is larger is refused before anything of it is read. */
  private static int bodyBytesMax(@Nullable String path) {
    return path != null && path.startsWith(BASE) && path.endsWith(TransferResource.IMPORT)
        ? TransferLimits.ARCHIVE_BYTES_MAX
        : RestLimits.BODY_BYTES_MAX;
  }

  private static void refuse(RoutingContext context, Problem problem) {
    countAsRefused();
    AnswerWriter.write(context, Problems.answer(problem));
  }

  private static void refuseAndClose(RoutingContext context, Problem problem) {
    countAsRefused();
    AnswerWriter.writeAndClose(context, Problems.answer(problem));
  }

  /**
   * What is not routed has no template; by its own path, a hundred bad requests would use up what
   * the meters keep apart, and the good ones would not be counted any more.
   */
  private static void countAsRefused() {
    Context current = Vertx.currentContext();
    if (current != null) {
      current.putLocal(URI_TEMPLATE, "/refused");
    }
  }

  /** A target that is no path ({@code *}, or the host and port of CONNECT) is routed nowhere. */
  private static void checkTarget(HttpServerRequest request) {
    // Not the path: of a target without one, that is a slash.
    String target = request.uri();
    boolean hasPath = target.startsWith("/") || target.contains("://");
    if (!hasPath || request.method() == HttpMethod.CONNECT) {
      throw new Problem(
          Code.INVALID_TARGET, "the request line needs a path that begins with a slash");
    }
  }

  /** Whether the framework would tidy the path up to one of the API's. */
  private static boolean becomesApiPath(RoutingContext context) {
    try {
      return context.normalizedPath().startsWith(BASE);
    } catch (IllegalArgumentException malformed) {
      return true;
    }
  }

  /** Whether the request's body may be of any length: it is not known before it was read. */
  static boolean isChunked(HttpServerRequest request) {
    return request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
  }
}
