package dev.muster.door.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Says that the API answers at all, without looking at any state. */
@Path("/api/v1/ping")
@Tag(name = "Ping")
public class PingResource {
  /** The answer. */
  public record Pong(boolean pong) {}

  private static final Pong PONG = new Pong(true);

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @io.smallrye.common.annotation.NonBlocking
  @Operation(operationId = "ping", summary = "Says that the API answers")
  @APIResponse(responseCode = "200", description = "It does")
  public Pong ping() {
    return PONG;
  }
}
