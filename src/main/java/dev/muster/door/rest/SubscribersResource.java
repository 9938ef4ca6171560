package dev.muster.door.rest;

import dev.muster.core.State;
import dev.muster.discovery.InstanceKey;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.UnavailableException;
import dev.muster.subscriber.ClusterSubscribers;
import dev.muster.subscriber.ClusterSubscribers.Confirmation;
import dev.muster.subscriber.Identity;
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

/** Who follows the instances of a service, on all nodes. */
@Path("/api/v1/namespaces/{namespace}/services/{service}/subscribers")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class SubscribersResource {
  private static final int NAMESPACE = 3;
  private static final int SERVICE = 5;
  private static final int CLIENT = 7;

  private final Ledger ledger;
  private final ClusterSubscribers subscribers;

  SubscribersResource(Ledger ledger, ClusterSubscribers subscribers) {
    this.ledger = ledger;
    this.subscribers = subscribers;
  }

  @GET
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Operation(
      operationId = "listSubscribers",
      summary = "Lists who follows a service, on all nodes, with what each has; the oldest first")
  public Uni<Answer> list(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.LIMIT));
    int limit = query.limit();
    dev.muster.core.Path path = path(context);
    State state = ledger.local();
    return Uni.createFrom()
        .completionStage(() -> subscribers.list(path, limit))
        .map(
            listing -> {
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("service", path.name());
              body.put("subscribers", SubscriberJson.all(listing.some()));
              body.put("total", listing.total());
              body.put("notKept", listing.notKept());
              body.put("silentNodes", listing.silentNodes());
              return Answer.of(200, state).withJson(body);
            });
  }

  /** What a subscriber says that it has. */
  public record ConfirmationBody(@Nullable Long revision) {}

  @PUT
  @Path("/{subscriber}")
  @Operation(
      operationId = "confirmSubscription",
      summary = "Says which revision a client has taken over in all its views of a service")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ConfirmationBody.class)))
  public Uni<Answer> confirm(@Context RoutingContext context) {
    Query.of(context, Set.of());
    dev.muster.core.Path path = path(context);
    String client = RequestPath.of(context).segment(CLIENT);
    if (!Identity.isName(client)) {
      throw new Problem(Code.INVALID_NAME, "the name of a client is " + Identity.NAME_RULE)
          .with("field", "client");
    }
    return Bodies.json(context, ConfirmationBody.class)
        .flatMap(
            body -> {
              long revision = revision(body);
              return Uni.createFrom()
                  .completionStage(() -> subscribers.confirm(path, client, revision))
                  .map(outcome -> confirmed(client, revision, outcome));
            });
  }

  private long revision(ConfirmationBody body) {
    Long revision = body.revision();
    if (revision == null) {
      throw new Problem(
              Code.MISSING_FIELD, "the field 'revision' is missing: the one that the client has")
          .with("field", "revision");
    }
    if (revision < 0) {
      throw new Problem(
              Code.INVALID_FIELD, "the field 'revision' is a revision: a whole number from 0 on")
          .with("field", "revision");
    }
    return revision;
  }

  private Answer confirmed(String client, long revision, Confirmation outcome) {
    if (outcome == Confirmation.AHEAD) {
      throw new Problem(
              Code.INVALID_FIELD,
              "the field 'revision' is one that the client has been told: the newest is "
                  + ledger.local().revision())
          .with("field", "revision");
    }
    if (outcome == Confirmation.UNSURE) {
      throw new UnavailableException(
          UnavailableException.Outcome.UNKNOWN,
          "no node that answered knows client '"
              + client
              + "', and some did not answer in time: confirm again");
    }
    if (outcome == Confirmation.UNKNOWN) {
      throw new Problem(
          Code.UNKNOWN_SUBSCRIBER,
          "no client '"
              + client
              + "' follows this service now: send the header "
              + Subscriptions.CLIENT
              + " with the stream");
    }
    return Answer.of(200, ledger.local()).withJson(Map.of("client", client, "confirmed", revision));
  }

  private dev.muster.core.Path path(RoutingContext context) {
    RequestPath request = RequestPath.of(context);
    String namespace = request.segment(NAMESPACE);
    dev.muster.core.Path path = InstanceKey.servicePath(namespace, request.segment(SERVICE));
    ServicesResource.find(ledger.local(), InstanceKey.namespacePath(namespace), namespace);
    return path;
  }
}
