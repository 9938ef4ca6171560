package dev.muster.door.rest;

import dev.muster.coordination.SessionId;
import dev.muster.discovery.Discovery;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.LeaseReports;
import dev.muster.ledger.Ledger;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The lease of an instance: renewed by heartbeats, or for as long as a stream is open. */
@Path("/api/v1/namespaces/{namespace}/services/{service}/instances/{id}/lease")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class LeaseResource {
  private final Discovery discovery;
  private final Beats beats;
  private final Ledger ledger;
  private final LeaseStreams streams;

  LeaseResource(Discovery discovery, Beats beats, Ledger ledger, LeaseStreams streams) {
    this.discovery = discovery;
    this.beats = beats;
    this.ledger = ledger;
    this.streams = streams;
  }

  /** What an instance may say with a heartbeat. */
  public record Heartbeat(@Nullable String status, @Nullable String output) {
    LeaseReports.Told told() {
      return LeaseReports.Told.of(status, output);
    }
  }

  @PUT
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Heartbeat.class)))
  @Operation(
      operationId = "renewLease",
      summary = "Renews an instance's lease, perhaps with how it does; 404 asks to register again")
  public Uni<Answer> renew(@Context RoutingContext context) {
    Query.of(context, Set.of());
    InstanceKey key = InstanceResource.key(context);
    return Bodies.optionalJson(context, Heartbeat.class)
        .flatMap(
            heartbeat -> {
              var told = heartbeat == null ? null : heartbeat.told();
              return Uni.createFrom().completionStage(() -> beats.beat(key, told));
            })
        .map(this::renewed);
  }

  private Answer renewed(Beats.Beat beat) {
    Discovery.Renewed renewed = beat.renewed();
    Number ttlSeconds = Seconds.ofMillis(renewed.ttlMillis());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", renewed.key().id());
    body.put("session", SessionId.format(renewed.session()));
    body.put("ttlSeconds", ttlSeconds);
    if (beat.heldBackSeconds() != null) {
      body.put("heldBackSeconds", beat.heldBackSeconds());
    }
    return Answer.of(200, ledger.local())
        .withEtag(renewed.modifiedRevision())
        .withHeader(InstanceResource.LEASE_SECONDS, ttlSeconds.toString())
        .withJson(body);
  }

  @GET
  @Parameter(name = LeaseStreams.ON_CLOSE, in = ParameterIn.QUERY)
  @Operation(
      operationId = "streamLease",
      summary = "Keeps an instance's lease for as long as the stream is open; SSE")
  public Uni<Answer> stream(@Context RoutingContext context) {
    boolean ends = LeaseStreams.endsOnClose(context);
    InstanceKey key = InstanceResource.key(context);
    return Uni.createFrom()
        .completionStage(() -> discovery.renew(key))
        .map(renewed -> streams.answer(context, renewed.session(), renewed.ttlMillis(), ends));
  }
}
