package dev.muster.door.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.coordination.SessionId;
import dev.muster.core.Limits;
import dev.muster.discovery.Discovery;
import dev.muster.discovery.DiscoveryLimits;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.LeaseReports;
import dev.muster.discovery.Registration;
import dev.muster.ledger.Ledger;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Hundreds of instances in one request, for who speaks for many: a sidecar, an agent of a host, a
 * deployment. Each succeeds or fails for itself.
 */
@Path("/api/v1/namespaces/{namespace}/instances")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class BulkResource {
  private static final int NAMESPACE = 3;

  private final Discovery discovery;
  private final Beats beats;
  private final Ledger ledger;

  BulkResource(Discovery discovery, Beats beats, Ledger ledger) {
    this.discovery = discovery;
    this.beats = beats;
    this.ledger = ledger;
  }

  private interface Entry {
    @Nullable String service();

    @Nullable String id();
  }

  /** An instance to be registered; what it is, is read as the body of a single request. */
  private record ToRegister(
      @Nullable String service, @Nullable String id, @Nullable JsonNode instance)
      implements Entry {}

  /** An instance to be renewed, which may tell how it does. */
  private record ToRenew(
      @Nullable String service,
      @Nullable String id,
      @Nullable String status,
      @Nullable String output)
      implements Entry {
    LeaseReports.@Nullable Told told() {
      return status == null && output == null ? null : LeaseReports.Told.of(status, output);
    }
  }

  /** An instance to be deregistered. */
  private record ToDeregister(@Nullable String service, @Nullable String id) implements Entry {}

  /**
   * What is to be done; each list may be absent. Entries are read each for itself: one that is
   * malformed is not in the way of the others.
   */
  public record BulkBody(
      @Nullable List<@Nullable JsonNode> register,
      @Nullable List<@Nullable JsonNode> renew,
      @Nullable List<@Nullable JsonNode> deregister) {}

  /**
   * What became of one of them.
   *
   * @param action the list that it stood in
   * @param status as the request for this one alone would have had
   * @param heldBackSeconds of a heartbeat, as that for this one alone tells
   * @param problem absent if it was done
   */
  public record Result(
      String action,
      @Nullable String service,
      @Nullable String id,
      int status,
      @Nullable Long revision,
      @Nullable String session,
      @Nullable Long heldBackSeconds,
      @Nullable Map<String, Object> problem) {}

  /**
   * What became of all, in their order.
   *
   * @param failed how many have a problem
   */
  public record Results(List<Result> results, long failed) {}

  @POST
  @Operation(
      operationId = "bulkInstances",
      summary = "Registers, renews and deregisters many instances; each for itself")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = BulkBody.class)))
  @APIResponse(
      responseCode = "200",
      description = "What became of each",
      content = @Content(schema = @Schema(implementation = Results.class)))
  public Uni<Answer> run(@Context RoutingContext context) {
    Query.of(context, Set.of());
    String namespace = RequestPath.of(context).segment(NAMESPACE);
    InstanceKey.namespacePath(namespace); // a wrong name is everybody's problem, not each one's
    return Bodies.json(context, BulkBody.class, RestLimits.BULK_BODY_BYTES_MAX)
        .flatMap(
            body -> {
              List<CompletableFuture<Result>> under = begin(context, namespace, body);
              return Uni.createFrom()
                  .completionStage(CompletableFuture.allOf(under.toArray(CompletableFuture[]::new)))
                  .map(done -> answer(under));
            });
  }

  private List<CompletableFuture<Result>> begin(
      RoutingContext context, String namespace, BulkBody body) {
    List<@Nullable JsonNode> register = orEmpty(body.register);
    List<@Nullable JsonNode> renew = orEmpty(body.renew);
    List<@Nullable JsonNode> deregister = orEmpty(body.deregister);
    int all = register.size() + renew.size() + deregister.size();
    Limits.between("bulk.instances", all, 1, DiscoveryLimits.BULK_MAX, "instances");
    List<CompletableFuture<Result>> under = new ArrayList<>(all);
    for (JsonNode json : register) {
      under.add(
          each(
              "register", namespace, json, ToRegister.class, (key, one) -> add(context, key, one)));
    }
    for (JsonNode json : renew) {
      under.add(each("renew", namespace, json, ToRenew.class, this::renew));
    }
    for (JsonNode json : deregister) {
      under.add(each("deregister", namespace, json, ToDeregister.class, this::remove));
    }
    return under;
  }

  private static <T> List<@Nullable T> orEmpty(@Nullable List<@Nullable T> list) {
    return list == null ? List.of() : list;
  }

  private record Done(
      int status, long revision, @Nullable Long session, @Nullable Long heldBackSeconds) {}

  private CompletableFuture<Done> add(RoutingContext context, InstanceKey key, ToRegister one) {
    if (one.instance == null) {
      throw InstanceBody.missing("instance", "address, port and so on");
    }
    Registration registration =
        Json.decode(one.instance, InstanceBody.class).toRegistration(context);
    return discovery
        .register(key, registration)
        .thenApply(
            registered ->
                new Done(
                    registered.created() ? 201 : 200,
                    registered.modifiedRevision(),
                    registered.session(),
                    null));
  }

  private CompletableFuture<Done> renew(InstanceKey key, ToRenew one) {
    return beats
        .beat(key, one.told())
        .thenApply(
            beat ->
                new Done(
                    200,
                    beat.renewed().modifiedRevision(),
                    beat.renewed().session(),
                    beat.heldBackSeconds()));
  }

  private CompletableFuture<Done> remove(InstanceKey key, ToDeregister one) {
    return discovery
        .deregister(key, null)
        .thenApply(gone -> new Done(200, gone.revision(), null, null));
  }

  private static <T extends Entry> CompletableFuture<Result> each(
      String action,
      String namespace,
      @Nullable JsonNode json,
      Class<T> type,
      BiFunction<InstanceKey, T, CompletableFuture<Done>> act) {
    CompletableFuture<Done> under;
    try {
      T one = json == null || json.isNull() ? null : Json.decode(json, type);
      String service = one == null ? null : one.service();
      String id = one == null ? null : one.id();
      if (one == null || service == null || id == null) {
        throw InstanceBody.missing(service == null ? "service" : "id", "which instance it is");
      }
      under = act.apply(new InstanceKey(namespace, service, id), one);
    } catch (RuntimeException wrong) {
      under = CompletableFuture.failedFuture(wrong);
    }
    String service = text(json, "service");
    String id = text(json, "id");
    return under.handle(
        (done, failure) ->
            failure == null ? well(action, service, id, done) : ill(action, service, id, failure));
  }

  /** What an entry says, even if it is wrong elsewhere. */
  private static @Nullable String text(@Nullable JsonNode json, String field) {
    JsonNode value = json == null ? null : json.get(field);
    return value == null || !value.isTextual() ? null : WholeText.repaired(value.textValue());
  }

  private static Result well(
      String action, @Nullable String service, @Nullable String id, Done done) {
    Long session = done.session;
    return new Result(
        action,
        service,
        id,
        done.status,
        done.revision,
        session == null ? null : SessionId.format(session),
        done.heldBackSeconds,
        null);
  }

  private static Result ill(
      String action, @Nullable String service, @Nullable String id, Throwable failure) {
    Problem problem = Problems.of(failure);
    Map<String, Object> told = new LinkedHashMap<>(Problems.json(problem));
    told.remove("type");
    told.remove("status");
    return new Result(action, service, id, problem.status(), null, null, null, told);
  }

  private Answer answer(List<CompletableFuture<Result>> under) {
    List<Result> results = under.stream().map(CompletableFuture::join).toList();
    long failed = results.stream().filter(result -> result.problem != null).count();
    return Answer.of(200, ledger.local()).withJson(new Results(results, failed));
  }
}
