package dev.muster.door.rest;

import dev.muster.core.Event;
import dev.muster.core.Node;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InstanceStatus;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * The instances of a service. A service without any is an empty list, not an error: a consumer may
 * start before its provider, and wait.
 */
@Path("/api/v1/namespaces/{namespace}/services/{service}/instances")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class InstancesResource {
  private static final int NAMESPACE = 3;
  private static final int SERVICE = 5;
  private static final String HEALTH = "health";
  private static final Set<String> PARAMETERS =
      Set.of(Query.CONSISTENCY, Query.LIMIT, Query.CURSOR, HEALTH);
  private static final Set<String> STREAM_PARAMETERS =
      Set.of(Query.CONSISTENCY, Query.FROM, HEALTH);

  private final LongPolls polls;
  private final EncodedAnswers encoded;
  private final EventStreams streams;

  InstancesResource(LongPolls polls, EncodedAnswers encoded, EventStreams streams) {
    this.polls = polls;
    this.encoded = encoded;
    this.streams = streams;
  }

  @GET
  @Parameter(name = HEALTH, in = ParameterIn.QUERY)
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @Parameter(name = Query.FROM, in = ParameterIn.QUERY)
  @Operation(
      operationId = "listInstances",
      summary = "Lists a service's instances by id; long poll, or SSE")
  public Uni<Answer> list(@Context RoutingContext context) {
    RequestPath request = RequestPath.of(context);
    String namespace = request.segment(NAMESPACE);
    String service = request.segment(SERVICE);
    dev.muster.core.Path namespacePath = InstanceKey.namespacePath(namespace);
    dev.muster.core.Path path = InstanceKey.servicePath(namespace, service);
    if (Headers.wantsEvents(context)) {
      Query query = Query.of(context, STREAM_PARAMETERS);
      Health worst = worst(query);
      return streams.answerSubscriber(
          context,
          query,
          new Look.At(Scope.CHILDREN, path),
          state -> ServicesResource.find(state, namespacePath, namespace),
          event -> describe(event, path, worst));
    }
    Query query = Query.of(context, PARAMETERS);
    Health worst = worst(query);
    int limit = limit(query);
    String after = Cursor.name(query, "");
    return polls.answerSubscriber(
        context,
        query,
        new Look.At(Scope.SUBTREE, path),
        state -> {
          ServicesResource.find(state, namespacePath, namespace);
          Node node = state.tree().find(path);
          long etag = node == null ? EntityTag.ABSENT : node.stat().subtreeRevision();
          Supplier<byte[]> page =
              () -> InstanceJson.page(service, node, state, worst, after, limit);
          String key = path + "?" + worst + "&" + limit + "&" + after;
          return new Look.Seen(
              etag,
              node != null && node.subtreeBytes() > Workers.AT_ONCE_BYTES_MAX,
              () ->
                  Answer.of(200, state)
                      .withJson(node == null ? page.get() : encoded.bytes(key, node, page)));
        });
  }

  /** The worst health asked for; absent for all, with those that are taken out of traffic. */
  private static @Nullable Health worst(Query query) {
    String health = query.text(HEALTH);
    Health worst = health == null ? null : Health.find(health);
    if (health != null && (worst == null || worst == Health.CRITICAL)) {
      throw Query.invalid(
          HEALTH,
          "is 'passing', or 'warning' for those that pass with a warning too; left out for all");
    }
    return worst;
  }

  /** By default a whole page: a consumer that forgets to turn pages must not miss instances. */
  private static int limit(Query query) {
    return (int) query.number(Query.LIMIT, RestLimits.PAGE_ITEMS_MAX, 1, RestLimits.PAGE_ITEMS_MAX);
  }

  private static @Nullable StreamEvent describe(
      Event event, dev.muster.core.Path service, @Nullable Health worst) {
    if (event.path().depth() != service.depth() + 1 || !InstanceKey.isId(event.path().name())) {
      return null; // the service itself
    }
    String id = event.path().name();
    boolean hidden = worst != null && !InstanceStatus.isServed(event.node(), worst);
    if (event.type() == Event.Type.DELETED || hidden) {
      return new StreamEvent("deleted", Map.of("id", id, "revision", event.revision()));
    }
    return new StreamEvent(
        event.type() == Event.Type.CREATED ? "created" : "changed",
        InstanceJson.event(id, event.node()));
  }
}
