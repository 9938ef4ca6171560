package dev.muster.door.rest;

import dev.muster.coordination.Sessions;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A session that is kept alive for as long as a stream is open. */
@Path("/api/v1/sessions/{id}/stream")
@Tag(name = "Sessions")
@Produces(MediaType.APPLICATION_JSON)
public class SessionStreamResource {
  private static final int ID = 3;

  private final Sessions sessions;
  private final LeaseStreams streams;

  SessionStreamResource(Sessions sessions, LeaseStreams streams) {
    this.sessions = sessions;
    this.streams = streams;
  }

  @GET
  @Parameter(name = LeaseStreams.ON_CLOSE, in = ParameterIn.QUERY)
  @Operation(
      operationId = "streamSession",
      summary = "Keeps a session alive for as long as the stream is open; SSE")
  public Uni<Answer> stream(@Context RoutingContext context) {
    boolean ends = LeaseStreams.endsOnClose(context);
    long id = SessionSecrets.id(RequestPath.of(context).segment(ID));
    String secret = SessionSecrets.of(context);
    return Uni.createFrom()
        .completionStage(() -> sessions.keepAlive(id, secret))
        .map(session -> streams.answer(context, id, session.ttlMillis(), ends));
  }
}
