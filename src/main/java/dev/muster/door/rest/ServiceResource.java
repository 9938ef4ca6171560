package dev.muster.door.rest;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.muster.core.Node;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.ServiceSettings;
import dev.muster.discovery.ServiceSettings.WeightRule;
import dev.muster.discovery.Services;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What is set for a service as a whole. */
@Path("/api/v1/namespaces/{namespace}/services/{service}")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class ServiceResource {
  private static final int NAMESPACE = 3;
  private static final int SERVICE = 5;

  private final Services services;
  private final LongPolls polls;

  ServiceResource(Services services, LongPolls polls) {
    this.services = services;
    this.polls = polls;
  }

  /**
   * What is set for a service.
   *
   * @param revision the newest that changed it; 0 where nothing is set, and these are the defaults
   */
  public record Service(String name, long revision, @JsonUnwrapped ServiceBody settings) {
    static Service of(String name, @Nullable Node service) {
      Node node = ServiceSettings.node(service);
      return new Service(
          name,
          node == null ? EntityTag.ABSENT : node.stat().modifiedRevision(),
          ServiceBody.of(ServiceSettings.of(service)));
    }
  }

  @GET
  @Operation(
      operationId = "getService",
      summary = "Shows what is set for a service, or the defaults; long-polls")
  @APIResponse(
      responseCode = "200",
      description = "What is set",
      content = @Content(schema = @Schema(implementation = Service.class)))
  public Uni<Answer> get(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY));
    Place place = Place.of(context);
    dev.muster.core.Path namespace = InstanceKey.namespacePath(place.namespace);
    dev.muster.core.Path path = InstanceKey.servicePath(place.namespace, place.service);
    return polls.answer(
        context,
        query,
        new Look.At(Scope.SUBTREE, path),
        state -> {
          ServicesResource.find(state, namespace, place.namespace);
          Node service = state.tree().find(path);
          Service shown = Service.of(place.service, service);
          return new Look.Seen(
              shown.revision,
              () ->
                  service == null
                      ? Problems.answer(unknown(place))
                      : Answer.of(200, state).withJson(shown));
        });
  }

  private static Problem unknown(Place place) {
    return new Problem(
        Code.UNKNOWN_SERVICE,
        "service '"
            + place.service
            + "' of namespace '"
            + place.namespace
            + "' has no instances now, and nothing is set for it");
  }

  @PUT
  @Operation(
      operationId = "putService",
      summary = "Sets what holds for a service; what is left out has its default")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ServiceBody.class)))
  @APIResponse(
      responseCode = "200",
      description = "Something was set before",
      content = @Content(schema = @Schema(implementation = Service.class)))
  @APIResponse(
      responseCode = "201",
      description = "Nothing was set before",
      content = @Content(schema = @Schema(implementation = Service.class)))
  public Uni<Answer> put(@Context RoutingContext context) {
    Query.of(context, Set.of());
    Place place = Place.of(context);
    Long demanded = demanded(context);
    return Bodies.json(context, ServiceBody.class)
        .flatMap(
            body -> {
              ServiceSettings settings = body.toSettings();
              return change(place, demanded, before -> settings)
                  .map(written -> shown(place, written, written.created() ? 201 : 200));
            });
  }

  @PUT
  @Path("/weights")
  @Operation(
      operationId = "putWeights",
      summary = "Sets the weights of versions, zones or whatever a selector picks, in one go")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ServiceBody.Weights.class)))
  @APIResponse(
      responseCode = "200",
      description = "The rest of what is set stays as it was",
      content = @Content(schema = @Schema(implementation = Service.class)))
  public Uni<Answer> weigh(@Context RoutingContext context) {
    Query.of(context, Set.of());
    Place place = Place.of(context);
    Long demanded = demanded(context);
    return Bodies.json(context, ServiceBody.Weights.class)
        .flatMap(
            body -> {
              List<WeightRule> rules = body.toRules();
              return change(place, demanded, before -> before.withWeights(rules))
                  .map(written -> shown(place, written, 200));
            });
  }

  private Uni<Services.Written> change(
      Place place, @Nullable Long demanded, UnaryOperator<ServiceSettings> change) {
    return Uni.createFrom()
        .completionStage(() -> services.change(place.namespace, place.service, demanded, change));
  }

  private static Answer shown(Place place, Services.Written written, int status) {
    return Answer.of(status)
        .withRevision(written.revision())
        .withEtag(written.modifiedRevision())
        .withJson(
            new Service(
                place.service, written.modifiedRevision(), ServiceBody.of(written.settings())));
  }

  @DELETE
  @Operation(
      operationId = "deleteService",
      summary = "Sets a service back to the defaults; its instances stay")
  @APIResponse(responseCode = "200", description = "Nothing is set for it any more")
  public Uni<Answer> reset(@Context RoutingContext context) {
    Query.of(context, Set.of());
    Place place = Place.of(context);
    Long demanded = demanded(context);
    return Uni.createFrom()
        .completionStage(() -> services.reset(place.namespace, place.service, demanded))
        .map(
            revision ->
                Answer.of(200)
                    .withRevision(revision)
                    .withJson(Map.of("name", place.service, "revision", revision)));
  }

  /** The revision demanded; 0 if nothing must be set, absent for whatever is. */
  private static @Nullable Long demanded(RoutingContext context) {
    EntityTag.Condition condition = EntityTag.condition(context);
    if (condition instanceof EntityTag.Condition.Present) {
      throw new Problem(
          Code.INVALID_HEADER, "'If-Match: *' is not known here; send the revision you have read");
    }
    if (condition instanceof EntityTag.Condition.Absent) {
      return EntityTag.ABSENT;
    }
    return condition instanceof EntityTag.Condition.Revision revision ? revision.revision() : null;
  }

  private record Place(String namespace, String service) {
    static Place of(RoutingContext context) {
      RequestPath path = RequestPath.of(context);
      return new Place(path.segment(NAMESPACE), path.segment(SERVICE));
    }
  }
}
