package dev.muster.door.rest;

import dev.muster.core.Event;
import dev.muster.core.Node;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.Selection;
import dev.muster.ledger.Ledger;
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
  static final String FORM = "form";
  static final String COMPACT = "compact";
  private static final Set<String> PARAMETERS =
      Query.names(
          SelectionQuery.FILTERS,
          SelectionQuery.PREFERENCES,
          Set.of(Query.CONSISTENCY, Query.LIMIT, Query.CURSOR, FORM));
  private static final Set<String> STREAM_PARAMETERS =
      Query.names(SelectionQuery.FILTERS, Set.of(Query.CONSISTENCY, Query.FROM));

  private final LongPolls polls;
  private final EncodedAnswers encoded;
  private final EventStreams streams;
  private final Ledger ledger;
  private final ParsedSettings settings = new ParsedSettings();

  InstancesResource(LongPolls polls, EncodedAnswers encoded, EventStreams streams, Ledger ledger) {
    this.polls = polls;
    this.encoded = encoded;
    this.streams = streams;
    this.ledger = ledger;
  }

  @GET
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @Parameter(name = Query.FROM, in = ParameterIn.QUERY)
  @Operation(
      operationId = "listInstances",
      summary = "Lists a service's instances, picked and ordered as asked; long poll, or SSE")
  public Uni<Answer> list(@Context RoutingContext context) {
    RequestPath request = RequestPath.of(context);
    String namespace = request.segment(NAMESPACE);
    String service = request.segment(SERVICE);
    dev.muster.core.Path namespacePath = InstanceKey.namespacePath(namespace);
    dev.muster.core.Path path = InstanceKey.servicePath(namespace, service);
    if (Headers.wantsEvents(context)) {
      Query query = Query.of(context, STREAM_PARAMETERS);
      Selection selection = SelectionQuery.of(query);
      return streams.answerSubscriber(
          context,
          query,
          new Look.At(Scope.CHILDREN, path),
          state -> ServicesResource.find(state, namespacePath, namespace),
          event -> describe(event, path, selection));
    }
    Query query = Query.of(context, PARAMETERS);
    boolean compact = compact(query);
    // The compact form cannot tell who is taken out of traffic, and would be the same after a
    // drain: whoever follows it would pass for knowing. So it has nobody who is.
    Selection selection = SelectionQuery.of(query, compact ? Health.CRITICAL : null);
    int limit = limit(query);
    Cursor cursor = Cursor.of(context, query, "");
    String key = limit + "&" + cursor;
    return polls.answerSubscriber(
        context,
        query,
        new Look.At(Scope.SUBTREE, path),
        state -> {
          ServicesResource.find(state, namespacePath, namespace);
          Node node = state.tree().find(path);
          Supplier<byte[]> list =
              () ->
                  compact
                      ? InstanceJson.compact(service, node, selection)
                      : InstanceJson.page(service, node, state, selection, cursor, limit);
          Supplier<byte[]> json = () -> node == null ? list.get() : encoded.bytes(key, node, list);
          long revision = node == null ? EntityTag.ABSENT : node.stat().subtreeRevision();
          boolean isLong =
              node != null
                  && node.subtreeBytes() > Workers.AT_ONCE_BYTES_MAX
                  && !encoded.knows(key, node);
          Supplier<Answer> answer = () -> Answer.of(200, state).withJson(json.get());
          // The tag is the whole list's: that one page is as before says nothing of the others.
          boolean isWhole =
              compact
                  || (cursor.after().isEmpty()
                      && (node == null || InstanceKey.count(node) <= limit));
          return isWhole
              ? new Look.Seen(revision, isLong, answer, json)
              : new Look.Seen(revision, isLong, answer);
        });
  }

  private static boolean compact(Query query) {
    String form = query.text(FORM);
    if (form == null) {
      return false;
    }
    if (!form.equals(COMPACT)) {
      throw Query.invalid(FORM, "is '" + COMPACT + "', or left out for all there is to tell");
    }
    if (query.text(Query.LIMIT) != null || query.text(Query.CURSOR) != null) {
      throw Query.invalid(FORM, "has no pages: leave out 'limit' and 'cursor'; see 'subset'");
    }
    return true;
  }

  /** By default a whole page: a consumer that forgets to turn pages must not miss instances. */
  private static int limit(Query query) {
    return (int) query.number(Query.LIMIT, RestLimits.PAGE_ITEMS_MAX, 1, RestLimits.PAGE_ITEMS_MAX);
  }

  private @Nullable StreamEvent describe(
      Event event, dev.muster.core.Path service, Selection selection) {
    if (event.path().depth() != service.depth() + 1) {
      return null; // the service itself, which comes and goes with its instances
    }
    String id = event.path().name();
    if (!InstanceKey.isId(id)) {
      return new StreamEvent("service", Map.of("revision", event.revision()));
    }
    if (event.type() == Event.Type.DELETED || !selection.fits(id, event.node())) {
      return new StreamEvent("deleted", Map.of("id", id, "revision", event.revision()));
    }
    return new StreamEvent(
        event.type() == Event.Type.CREATED ? "created" : "changed",
        // Weighed by what is set now, not when it happened: never by something older than the
        // event.
        // Whoever set something newer is told of next, and has the list read again.
        InstanceJson.event(id, event.node(), settings.of(ledger.local().tree().find(service))));
  }
}
