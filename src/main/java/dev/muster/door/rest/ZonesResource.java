package dev.muster.door.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.muster.core.State;
import dev.muster.discovery.Protection;
import dev.muster.discovery.Protections;
import dev.muster.discovery.Zones;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The zones that instances say they are in, and the protection of those that fell silent. */
@Path("/api/v1/zones")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class ZonesResource {
  private static final int ZONE = 3;

  private final Zones zones;
  private final Protections protections;
  private final Reads reads;

  ZonesResource(Zones zones, Protections protections, Reads reads) {
    this.zones = zones;
    this.protections = protections;
    this.reads = reads;
  }

  /** One of them. */
  public record Zone(
      String zone,
      int instances,
      int serving,
      int kept,
      @JsonProperty("protected") @Nullable Protection protection) {
    static Zone of(Zones.Zone zone) {
      return new Zone(
          zone.name(), zone.instances(), zone.serving(), zone.kept(), zone.protection());
    }
  }

  /** A page of them. */
  public record ZonePage(List<Zone> zones, @Nullable String next) {}

  @GET
  @Operation(operationId = "listZones", summary = "Lists the zones that instances say they are in")
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @APIResponse(
      responseCode = "200",
      description = "A page, in the order of names",
      content = @Content(schema = @Schema(implementation = ZonePage.class)))
  public Uni<Answer> list(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY, Query.LIMIT, Query.CURSOR));
    int limit = query.limit();
    Cursor cursor = Cursor.of(context, query, "");
    return reads
        .state(context, query)
        .flatMap(state -> Workers.run(true, () -> page(state, cursor, limit)));
  }

  private Answer page(State state, Cursor cursor, int limit) {
    List<Zone> page = new ArrayList<>();
    for (Zones.Zone zone : zones.list(state)) {
      if (zone.name().compareTo(cursor.after()) > 0) {
        if (page.size() == limit) {
          return Answer.of(200, state)
              .withJson(new ZonePage(page, cursor.next(page.get(limit - 1).zone())));
        }
        page.add(Zone.of(zone));
      }
    }
    return Answer.of(200, state).withJson(new ZonePage(page, null));
  }

  @DELETE
  @Path("/{zone}/protection")
  @Operation(
      operationId = "endProtectionOfZone",
      summary = "Ends the protection of a zone: who is silent is gone after its grace")
  public Uni<Answer> end(@Context RoutingContext context) {
    Query.of(context, Set.of());
    String zone = RequestPath.of(context).segment(ZONE);
    return Uni.createFrom()
        .completionStage(() -> protections.endOfZone(zone))
        .map(
            revision ->
                Answer.of(200)
                    .withRevision(revision)
                    .withJson(Map.of("zone", zone, "revision", revision)));
  }
}
