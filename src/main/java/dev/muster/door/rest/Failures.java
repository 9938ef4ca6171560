package dev.muster.door.rest;

import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Where every failure of a request ends, the framework's own included. */
@Singleton
public class Failures {
  @ServerExceptionMapper(priority = 1)
  public Response framework(WebApplicationException failure) {
    Response response = failure.getResponse();
    Problem problem =
        switch (response.getStatus()) {
          case 404 -> new Problem(Code.NOT_FOUND, "there is no such resource; see /q/openapi");
          case 405 -> allowed(response);
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

  private static Problem allowed(Response response) {
    Problem problem =
        new Problem(Code.METHOD_NOT_ALLOWED, "the resource does not have this method");
    String allow = response.getHeaderString(HttpHeaders.ALLOW);
    return allow == null
        ? problem
        : problem.with("allowed", List.of(allow.split(", *"))).header(HttpHeaders.ALLOW, allow);
  }

  private static Response respond(Problem problem) {
    Answer answer = Problems.answer(problem);
    return Response.status(answer.status()).entity(answer).build();
  }
}
