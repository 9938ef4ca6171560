package dev.muster.door.rest;

import dev.muster.core.Node;
import dev.muster.discovery.Hosts;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Hosts that are maintained: no instance at their address gets new traffic. */
@Path("/api/v1/hosts")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class HostsResource {
  private static final int ADDRESS = 3;
  private static final Look.At ALL = new Look.At(Scope.SUBTREE, Hosts.ALL);

  private final Hosts hosts;
  private final LongPolls polls;

  HostsResource(Hosts hosts, LongPolls polls) {
    this.hosts = hosts;
    this.polls = polls;
  }

  /** Why a host is maintained. */
  public record Maintenance(@Nullable String reason) {}

  /** A host that is maintained. */
  public record Host(String address, String reason, String since) {
    static Host of(String address, Node node) {
      return new Host(
          address,
          node.data().utf8(),
          Instant.ofEpochMilli(node.stat().createdMillis()).toString());
    }
  }

  /** A page of them. */
  public record HostPage(List<Host> hosts, @Nullable String next) {}

  @GET
  @Operation(operationId = "listHosts", summary = "Lists the hosts that are maintained; long-polls")
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @APIResponse(
      responseCode = "200",
      description = "A page, in the order of addresses",
      content = @Content(schema = @Schema(implementation = HostPage.class)))
  public Uni<Answer> list(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY, Query.LIMIT, Query.CURSOR));
    int limit = query.limit();
    Cursor cursor = Cursor.of(context, query, "");
    return polls.answer(
        context,
        query,
        ALL,
        state -> {
          Node all = state.tree().find(Hosts.ALL);
          return new Look.Seen(
              state.tree().subtreeRevision(Hosts.ALL),
              () -> Answer.of(200, state).withJson(page(all, cursor, limit)));
        });
  }

  private static HostPage page(@Nullable Node all, Cursor cursor, int limit) {
    List<Host> page = new ArrayList<>();
    if (all != null) {
      for (Map.Entry<String, Node> host :
          all.children().tailMap(cursor.after(), false).entrySet()) {
        if (page.size() == limit) {
          return new HostPage(page, cursor.next(page.get(limit - 1).address()));
        }
        page.add(Host.of(host.getKey(), host.getValue()));
      }
    }
    return new HostPage(page, null);
  }

  @PUT
  @Path("/{address}/maintenance")
  @Operation(
      operationId = "beginMaintenance",
      summary = "Takes all instances at an address out of traffic, and who registers there later")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Maintenance.class)))
  @APIResponse(
      responseCode = "200",
      description = "All of them are out",
      content = @Content(schema = @Schema(implementation = Hosts.Told.class)))
  public Uni<Answer> begin(@Context RoutingContext context) {
    Query.of(context, Set.of());
    String address = RequestPath.of(context).segment(ADDRESS);
    return Bodies.json(context, Maintenance.class)
        .flatMap(
            body -> {
              String reason = body.reason();
              if (reason == null) {
                throw InstanceBody.missing("reason", "why, for people: 'new disk, until 14:00'");
              }
              return Uni.createFrom().completionStage(() -> hosts.begin(address, reason));
            })
        .map(HostsResource::told);
  }

  @DELETE
  @Path("/{address}/maintenance")
  @Operation(operationId = "endMaintenance", summary = "Brings them back into traffic")
  @APIResponse(
      responseCode = "200",
      description = "All of them are back",
      content = @Content(schema = @Schema(implementation = Hosts.Told.class)))
  public Uni<Answer> end(@Context RoutingContext context) {
    Query.of(context, Set.of());
    String address = RequestPath.of(context).segment(ADDRESS);
    return Uni.createFrom().completionStage(() -> hosts.end(address)).map(HostsResource::told);
  }

  private static Answer told(Hosts.Told told) {
    return Answer.of(200).withRevision(told.revision()).withJson(told);
  }
}
