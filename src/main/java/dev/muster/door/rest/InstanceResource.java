package dev.muster.door.rest;

import dev.muster.coordination.SessionId;
import dev.muster.core.Node;
import dev.muster.discovery.Discovery;
import dev.muster.discovery.InstanceKey;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** One instance: registered, kept, read, deregistered. */
@Path("/api/v1/namespaces/{namespace}/services/{service}/instances/{id}")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class InstanceResource {
  /** How long the lease lasts from now on, unless it is renewed. */
  static final String LEASE_SECONDS = "Muster-Lease-Seconds";

  private static final int NAMESPACE = 3;
  private static final int SERVICE = 5;
  private static final int ID = 7;

  private final Discovery discovery;
  private final LongPolls polls;

  InstanceResource(Discovery discovery, LongPolls polls) {
    this.discovery = discovery;
    this.polls = polls;
  }

  @GET
  @Operation(operationId = "getInstance", summary = "Shows an instance; long poll")
  public Uni<Answer> get(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY));
    InstanceKey key = key(context);
    dev.muster.core.Path path = key.path();
    return polls.answer(
        context,
        query,
        new Look.At(Scope.NODE, path),
        state -> {
          ServicesResource.find(state, key.namespacePath(), key.namespace());
          Node node = state.tree().find(path);
          return node == null
              ? new Look.Seen(EntityTag.ABSENT, () -> Problems.answer(unknown(key)))
              : new Look.Seen(
                  node.stat().modifiedRevision(),
                  () -> Answer.of(200, state).withJson(InstanceJson.one(key.id(), node, state)));
        });
  }

  static Problem unknown(InstanceKey key) {
    return new Problem(
        Code.UNKNOWN_INSTANCE,
        "service '" + key.service() + "' has no instance '" + key.id() + "' now");
  }

  @PUT
  @Operation(
      operationId = "registerInstance",
      summary = "Registers an instance; repeating it renews its lease and changes nothing")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = InstanceBody.class)))
  @APIResponse(
      responseCode = "200",
      description = "It was registered; its lease is renewed",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "201",
      description = "It is registered now",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  public Uni<Answer> register(@Context RoutingContext context) {
    Query.of(context, Set.of());
    InstanceKey key = key(context);
    if (!(EntityTag.condition(context) instanceof EntityTag.Condition.None)) {
      throw new Problem(
          Code.INVALID_HEADER,
          "a registration takes no If-Match or If-None-Match: it is for the instance itself to say"
              + " where it is");
    }
    return Bodies.json(context, InstanceBody.class)
        .flatMap(
            body -> {
              var registration = body.toRegistration(context);
              return Uni.createFrom().completionStage(() -> discovery.register(key, registration));
            })
        .map(InstanceResource::registered);
  }

  private static Answer registered(Discovery.Registered registered) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", registered.key().id());
    body.put("revision", registered.modifiedRevision());
    Answer answer =
        Answer.of(registered.created() ? 201 : 200)
            .withRevision(registered.revision())
            .withEtag(registered.modifiedRevision());
    Long session = registered.session();
    Long ttlMillis = registered.ttlMillis();
    if (session != null && ttlMillis != null) {
      body.put("session", SessionId.format(session));
      body.put("ttlSeconds", Seconds.ofMillis(ttlMillis));
      answer = answer.withHeader(LEASE_SECONDS, Seconds.ofMillis(ttlMillis).toString());
    }
    return answer.withJson(body);
  }

  @DELETE
  @Operation(operationId = "deregisterInstance", summary = "Removes an instance at once")
  public Uni<Answer> deregister(@Context RoutingContext context) {
    Query.of(context, Set.of());
    InstanceKey key = key(context);
    Long demanded = demanded(EntityTag.condition(context));
    return Uni.createFrom()
        .completionStage(() -> discovery.deregister(key, demanded))
        .map(
            gone ->
                Answer.of(200)
                    .withRevision(gone.revision())
                    .withJson(Map.of("id", key.id(), "revision", gone.revision())));
  }

  private static @Nullable Long demanded(EntityTag.Condition condition) {
    if (condition instanceof EntityTag.Condition.Absent) {
      throw new Problem(Code.INVALID_HEADER, "'If-None-Match: *' makes no sense for a deletion");
    }
    return condition instanceof EntityTag.Condition.Revision revision ? revision.revision() : null;
  }

  static InstanceKey key(RoutingContext context) {
    RequestPath path = RequestPath.of(context);
    return new InstanceKey(path.segment(NAMESPACE), path.segment(SERVICE), path.segment(ID));
  }
}
