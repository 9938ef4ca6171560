package dev.muster.door.rest;

import dev.muster.core.Command;
import dev.muster.core.Feature;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.ClusterStatus;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How the cluster does, as the node that is asked sees it; and what is set for all of it. */
@Path("/api/v1/cluster")
@Tag(name = "Cluster")
@Produces(MediaType.APPLICATION_JSON)
public class ClusterResource {
  private final Ledger ledger;
  private final Reads reads;
  private final Digests digests;

  ClusterResource(Ledger ledger, Reads reads, Digests digests) {
    this.ledger = ledger;
    this.reads = reads;
    this.digests = digests;
  }

  @GET
  @Operation(operationId = "clusterStatus", summary = "Shows leader, members, positions and sizes")
  public Uni<Answer> status(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY));
    return reads.state(context, query).map(this::status);
  }

  private Answer status(State state) {
    ClusterStatus status = ledger.status();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("node", status.node());
    body.put("ready", status.ready());
    body.put("leader", status.leader()); // null: none known
    body.put("term", status.term());
    body.put("revision", state.revision());
    body.put("commitPosition", status.commitPosition());
    body.put("appliedPosition", status.appliedPosition());
    body.put("logBytes", status.logBytes());
    body.put("snapshotBytes", status.snapshotBytes());
    body.put("nodes", state.tree().root().subtreeNodes());
    body.put("sessions", state.sessions().size());
    body.put("dataBytes", state.tree().root().subtreeBytes());
    body.put("dataBudgetBytes", state.settings().dataBudgetBytes());
    body.put("members", members(status));
    return Answer.of(200, state).withJson(body);
  }

  @GET
  @Path("/members")
  @Operation(operationId = "clusterMembers", summary = "Lists the members of the cluster")
  public Uni<Answer> members(@Context RoutingContext context) {
    Query.of(context, Set.of());
    return Uni.createFrom()
        .item(
            () ->
                Answer.of(200, ledger.local())
                    .withJson(Map.of("members", members(ledger.status()))));
  }

  private static List<Map<String, Object>> members(ClusterStatus status) {
    return status.members().stream()
        .map(
            member -> {
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("name", member.name());
              body.put("leader", member.name().equals(status.leader()));
              body.put("reachable", member.reachable());
              put(body, "lag", member.lag());
              return body;
            })
        .toList();
  }

  private static void put(Map<String, Object> body, String field, @Nullable Object value) {
    if (value != null) {
      body.put(field, value);
    }
  }

  @GET
  @Path("/digest")
  @Operation(
      operationId = "clusterDigest",
      summary = "Digest of this node's state: nodes that agree on 'applied' agree on all of it")
  public Uni<Answer> digest(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY));
    return reads
        .state(context, query)
        .flatMap(state -> Uni.createFrom().completionStage(digests::newest))
        .map(
            digest -> {
              State state = digest.state();
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("node", ledger.status().node());
              body.put("applied", state.applied());
              body.put("revision", state.revision());
              body.put("chain", "%016x".formatted(state.chain()));
              body.put("sha256", digest.sha256());
              return Answer.of(200, state).withJson(body);
            });
  }

  @GET
  @Path("/settings")
  @Operation(operationId = "clusterSettings", summary = "Shows what is set for the whole cluster")
  public Uni<Answer> settings(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY));
    return reads.state(context, query).map(ClusterResource::settings);
  }

  private static Answer settings(State state) {
    List<String> features =
        state.settings().features().stream()
            .map(Feature::name)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .toList();
    return Answer.of(200, state)
        .withJson(
            Map.of("dataBudgetBytes", state.settings().dataBudgetBytes(), "features", features));
  }

  /** What a client sends to change them. */
  public record SettingsBody(@Nullable Long dataBudgetBytes) {}

  @PUT
  @Path("/settings")
  @Operation(operationId = "setClusterSettings", summary = "Sets how much the tree may weigh")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = SettingsBody.class)))
  public Uni<Answer> setSettings(@Context RoutingContext context) {
    Query.of(context, Set.of());
    return Bodies.json(context, SettingsBody.class)
        .flatMap(
            body -> {
              Long bytes = body.dataBudgetBytes();
              if (bytes == null) {
                throw new Problem(
                        Code.MISSING_FIELD, "the field 'dataBudgetBytes' is missing: a number")
                    .with("field", "dataBudgetBytes");
              }
              return Uni.createFrom()
                  .completionStage(() -> ledger.submit(new Command.SetDataBudget(bytes)));
            })
        .map(
            reply -> {
              if (reply instanceof Reply.Refused refused) {
                throw Problems.of(refused);
              }
              return settings(ledger.local());
            });
  }
}
