package dev.muster.door.rest;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Looks at every request before the framework routes it: refuses an Accept that the framework would
 * fail over, and bodies of an ambiguous length. Of those for the API, it refuses malformed paths,
 * which the framework would tidy up and answer as if they were others, and bodies that say they are
 * too large.
 */
@ApplicationScoped
public class Gate {
  static final String BASE = "/api/";

  /** Before all of Quarkus' own routes. */
  private static final int PRIORITY = 1_000_000;

  void register(@Observes Filters filters) {
    filters.register(this::look, PRIORITY);
  }

  /** What is so malformed that the framework's router gives up before any handler. */
  void register(@Observes Router router) {
    router.errorHandler(Code.BAD_REQUEST.status(), this::malformed);
  }

  private void malformed(RoutingContext context) {
    Problem problem = new Problem(Code.BAD_REQUEST, "the request is malformed");
    try {
      RequestPath.parse(context.request().path());
    } catch (Problem found) {
      problem = found;
    }
    AnswerWriter.write(context, Problems.answer(problem));
  }

  private void look(RoutingContext context) {
    HttpServerRequest request = context.request();
    try {
      Headers.checkAccept(request);
      Bodies.refuseAmbiguousLength(request);
    } catch (Problem problem) {
      AnswerWriter.write(context, Problems.answer(problem));
      return;
    }
    String path = request.path();
    if (path == null || !(path.startsWith(BASE) || becomesApiPath(context))) {
      context.next();
      return;
    }
    try {
      RequestPath.parse(path).attachTo(context);
      Bodies.refuseTooLarge(request, RestLimits.BODY_BYTES_MAX);
    } catch (Problem problem) {
      AnswerWriter.write(context, Problems.answer(problem));
      return;
    }
    context.next();
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
