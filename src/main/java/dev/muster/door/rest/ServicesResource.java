package dev.muster.door.rest;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.muster.core.Bytes;
import dev.muster.core.Event;
import dev.muster.core.Node;
import dev.muster.core.State;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InstanceStatus;
import dev.muster.discovery.Protection;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The services of a namespace. */
@Path("/api/v1/namespaces/{namespace}/services")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class ServicesResource {
  private static final int NAMESPACE = 3;
  private static final Set<String> PARAMETERS =
      Set.of(Query.CONSISTENCY, Query.LIMIT, Query.CURSOR);

  private final LongPolls polls;
  private final EncodedAnswers encoded;
  private final EventStreams streams;

  ServicesResource(LongPolls polls, EncodedAnswers encoded, EventStreams streams) {
    this.polls = polls;
    this.encoded = encoded;
    this.streams = streams;
  }

  @GET
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @Parameter(name = Query.FROM, in = ParameterIn.QUERY)
  @Operation(
      operationId = "listServices",
      summary = "Lists the services with how many instances each has; long poll, or SSE")
  public Uni<Answer> list(@Context RoutingContext context) {
    String namespace = RequestPath.of(context).segment(NAMESPACE);
    dev.muster.core.Path path = InstanceKey.namespacePath(namespace);
    if (Headers.wantsEvents(context)) {
      return streams.answer(
          context,
          Query.of(context, EventStreams.PARAMETERS),
          new Look.At(Scope.CHILDREN, path),
          state -> find(state, path, namespace),
          event -> describe(event, path));
    }
    Query query = Query.of(context, PARAMETERS);
    int limit = query.limit();
    Cursor cursor = Cursor.of(context, query, "");
    String key = limit + "&" + cursor;
    return polls.answer(
        context,
        query,
        new Look.At(Scope.SUBTREE, path),
        state -> {
          Node services = find(state, path, namespace);
          return new Look.Seen(
              services.stat().subtreeRevision(),
              services.subtreeBytes() > Workers.AT_ONCE_BYTES_MAX && !encoded.knows(key, services),
              () ->
                  Answer.of(200, state)
                      .withJson(encoded.json(key, services, () -> page(services, cursor, limit))));
        });
  }

  /** The node of the namespace's services, which is there as long as the namespace. */
  static Node find(State state, dev.muster.core.Path path, String namespace) {
    Node node = state.tree().find(path);
    if (node == null) {
      throw new Problem(Code.UNKNOWN_NAMESPACE, "namespace '" + namespace + "' does not exist");
    }
    return node;
  }

  private static Object page(Node services, Cursor cursor, int limit) {
    List<Object> page = new ArrayList<>();
    String last = "";
    String next = null;
    for (Map.Entry<String, Node> child :
        services.children().tailMap(cursor.after(), false).entrySet()) {
      if (page.size() == limit) {
        next = last;
        break;
      }
      page.add(describe(child.getKey(), child.getValue()));
      last = child.getKey();
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("services", page);
    body.put("total", services.children().size());
    if (next != null) {
      body.put("next", cursor.next(next));
    }
    return body;
  }

  private static Map<String, Object> describe(String name, Node service) {
    long passing =
        InstanceKey.instances(service).values().stream()
            .filter(instance -> InstanceStatus.isServed(instance, Health.PASSING))
            .count();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("instances", InstanceKey.count(service));
    body.put("passing", passing);
    Bytes protection = Protection.stored(service);
    if (protection != null) {
      body.put("protected", new RawValue(new String(protection.array(), StandardCharsets.UTF_8)));
    }
    body.put("revision", service.stat().subtreeRevision());
    return body;
  }

  /** A service that appears or, some time after its last instance, disappears. */
  private static @Nullable StreamEvent describe(Event event, dev.muster.core.Path services) {
    boolean service = event.path().depth() == services.depth() + 1;
    return switch (event.type()) {
      case CREATED -> service ? event("created", event) : null;
      case DELETED -> service ? event("deleted", event) : null;
      case DATA_CHANGED, ATTRIBUTES_CHANGED -> null;
    };
  }

  private static StreamEvent event(String name, Event event) {
    return new StreamEvent(name, Map.of("name", event.path().name(), "revision", event.revision()));
  }
}
