package dev.muster.door.rest;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** HEAD is GET without its body. The framework calls no writer for it, so this does. */
public class HeadAnswers {
  @ServerResponseFilter
  public void write(
      ContainerRequestContext request, ContainerResponseContext response, RoutingContext context) {
    if (request.getMethod().equals(HttpMethod.HEAD)
        && response.getEntity() instanceof Answer answer) {
      AnswerWriter.write(context, answer);
    }
  }
}
