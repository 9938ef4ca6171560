package dev.muster.door.rest;

import dev.muster.discovery.Draining;
import dev.muster.discovery.InstanceKey;
import dev.muster.ledger.Ledger;
import dev.muster.subscriber.ClusterSubscribers;
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
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Takes an instance out of new answers, and proves that nobody holds an older one. */
@Path("/api/v1/namespaces/{namespace}/services/{service}/instances/{id}/drain")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class DrainResource {
  private static final int NAMESPACE = 3;
  private static final int SERVICE = 5;
  private static final int ID = 7;
  private static final long MILLIS = 1_000;

  private final Draining draining;
  private final ClusterSubscribers subscribers;
  private final Ledger ledger;
  private final Reads reads;
  private final Watchers watchers;

  DrainResource(
      Draining draining,
      ClusterSubscribers subscribers,
      Ledger ledger,
      Reads reads,
      Watchers watchers) {
    this.draining = draining;
    this.subscribers = subscribers;
    this.ledger = ledger;
    this.reads = reads;
    this.watchers = watchers;
  }

  @PUT
  @Operation(
      operationId = "drainInstance",
      summary = "Takes an instance out of traffic; waits for the proof that all who follow know it",
      description =
          "With `Prefer: wait=30`, until every subscriber of the service has confirmed a list"
              + " without it, at most so long. `drained` tells whether all have; if not,"
              + " `unconfirmed` tells who has not. Asking again goes on waiting. If the drain"
              + " is ended meanwhile, `draining` is false and nothing is proven.")
  public Uni<Answer> drain(@Context RoutingContext context) {
    Query.of(context, Set.of());
    InstanceKey key = key(context);
    int waitSeconds = Headers.waitSeconds(context);
    Watchers.Place place = waitSeconds == 0 ? null : watchers.enter(context);
    AtomicBoolean givenUp = new AtomicBoolean();
    if (place != null) {
      place.whenDraining(() -> givenUp.set(true));
    }
    return Uni.createFrom()
        .completionStage(() -> draining.begin(key))
        .flatMap(
            drain ->
                proven(drain, waitSeconds, givenUp).flatMap(answer -> ifItStands(drain, answer)))
        .onTermination()
        .invoke(
            (answer, failure, cancelled) -> {
              givenUp.set(true);
              if (place != null) {
                place.leave();
              }
            });
  }

  /** What was proven of a drain that was ended meanwhile is worth nothing. */
  private Uni<Answer> ifItStands(Draining.Drain drain, Answer answer) {
    return Uni.createFrom()
        .completionStage(ledger::fresh)
        .map(
            state -> {
              if (drain.stands(state)) {
                return answer;
              }
              Draining.Drain now = Draining.find(state, drain.key());
              if (now == null) {
                throw InstanceResource.unknown(drain.key()).at(state);
              }
              return answer(now, null);
            });
  }

  @GET
  @Operation(
      operationId = "getDrain",
      summary = "Shows whether an instance is taken out of traffic, and who does not know it yet")
  public Uni<Answer> get(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY));
    InstanceKey key = key(context);
    return reads
        .state(context, query)
        .flatMap(
            state -> {
              ServicesResource.find(state, key.namespacePath(), key.namespace());
              Draining.Drain drain = Draining.find(state, key);
              if (drain == null) {
                throw InstanceResource.unknown(key).at(state);
              }
              return drain.sinceMillis() == null
                  ? Uni.createFrom().item(answer(drain, null))
                  : proven(drain, 0, new AtomicBoolean());
            });
  }

  @DELETE
  @Operation(operationId = "undrainInstance", summary = "Puts an instance back into traffic")
  public Uni<Answer> undrain(@Context RoutingContext context) {
    Query.of(context, Set.of());
    InstanceKey key = key(context);
    return Uni.createFrom()
        .completionStage(() -> draining.end(key))
        .map(drain -> answer(drain, null));
  }

  private Uni<Answer> proven(Draining.Drain drain, int waitSeconds, AtomicBoolean givenUp) {
    ClusterSubscribers.Claim claim =
        new ClusterSubscribers.Claim(
            drain.key().servicePath(), drain.createdRevision(), drain.revision());
    return Uni.createFrom()
        .completionStage(
            () ->
                subscribers.prove(
                    claim,
                    waitSeconds * MILLIS,
                    () -> givenUp.get() || !drain.stands(ledger.local())))
        .map(
            result ->
                waitSeconds == 0
                    ? answer(drain, result)
                    : answer(drain, result)
                        .withHeader("Preference-Applied", "wait=" + waitSeconds));
  }

  private Answer answer(Draining.Drain drain, ClusterSubscribers.@Nullable Result result) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", drain.key().id());
    body.put("draining", drain.sinceMillis() != null);
    if (drain.sinceMillis() != null) {
      body.put("drainingSinceMillis", drain.sinceMillis());
    }
    body.put("revision", drain.revision());
    if (result != null) {
      body.put("drained", result.isProven());
      body.put("unconfirmed", SubscriberJson.all(result.unconfirmed()));
      body.put("unconfirmedTotal", result.unconfirmedTotal());
      body.put("notKept", result.notKept());
      body.put("silentNodes", result.silentNodes());
    }
    return Answer.of(200, ledger.local()).withJson(body);
  }

  private static InstanceKey key(RoutingContext context) {
    RequestPath path = RequestPath.of(context);
    return new InstanceKey(path.segment(NAMESPACE), path.segment(SERVICE), path.segment(ID));
  }
}
