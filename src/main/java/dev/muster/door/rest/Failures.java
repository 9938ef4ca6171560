package dev.muster.door.rest;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Where every failure of a request ends, the framework's own included. */
@Singleton
public class Failures {
  @ServerExceptionMapper(priority = 1)
  public Response framework(WebApplicationException failure, RoutingContext context) {
    Response response = failure.getResponse();
    Problem problem =
        switch (response.getStatus()) {
          case 404, 405 -> notThere(context.request());
          case 413 -> new Problem(Code.BODY_TOO_LARGE, "the body is too large");
          case 415 ->
              new Problem(
                  Code.UNSUPPORTED_MEDIA_TYPE, "the resource takes no body of this Content-Type");
          default ->
              response.getStatus() < 500
                  ? new Problem(Code.BAD_REQUEST, String.valueOf(failure.getMessage()))
                      .status(response.getStatus())
                  : Problems.of(failure);
        };
    return respond(problem);
  }

  @ServerExceptionMapper(priority = 2)
  public Response any(Throwable failure) {
    return respond(Problems.of(failure));
  }

  /** Why a request leads nowhere: there is no such resource, or it does not have the method. */
  static Problem notThere(HttpServerRequest request) {
    Set<String> allowed = AllowedMethods.at(String.valueOf(request.path()));
    if (allowed.isEmpty()) {
      return new Problem(Code.NOT_FOUND, "there is no such resource; see /q/openapi");
    }
    return new Problem(Code.METHOD_NOT_ALLOWED, "the resource does not have this method")
        .with("allowed", allowed)
        .header(HttpHeaders.ALLOW, String.join(", ", allowed));
  }

  private static Response respond(Problem problem) {
    Answer answer = Problems.answer(problem);
    return Response.status(answer.status()).entity(answer).build();
  }
}
