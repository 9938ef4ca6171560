package dev.muster.door.rest;

import dev.muster.coordination.SessionId;
import dev.muster.core.Limits;
import dev.muster.discovery.Discovery;
import dev.muster.discovery.DiscoveryLimits;
import dev.muster.discovery.InstanceKey;
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
import java.util.function.Function;
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
  private final Ledger ledger;

  BulkResource(Discovery discovery, Ledger ledger) {
    this.discovery = discovery;
    this.ledger = ledger;
  }

  /** An instance to be registered. */
  public record ToRegister(
      @Nullable String service, @Nullable String id, @Nullable InstanceBody instance) {}

  /** An instance to be renewed or deregistered. */
  public record Named(@Nullable String service, @Nullable String id) {}

  /** What is to be done; each list may be absent. */
  public record BulkBody(
      @Nullable List<@Nullable ToRegister> register,
      @Nullable List<@Nullable Named> renew,
      @Nullable List<@Nullable Named> deregister) {}

  /**
   * What became of one of them.
   *
   * @param action the list that it stood in
   * @param status as the request for this one alone would have had
   * @param problem absent if it was done
   */
  public record Result(
      String action,
      @Nullable String service,
      @Nullable String id,
      int status,
      @Nullable Long revision,
      @Nullable String session,
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
    List<@Nullable ToRegister> register = orEmpty(body.register);
    List<@Nullable Named> renew = orEmpty(body.renew);
    List<@Nullable Named> deregister = orEmpty(body.deregister);
    int all = register.size() + renew.size() + deregister.size();
    Limits.between("bulk.instances", all, 1, DiscoveryLimits.BULK_MAX, "instances");
    List<CompletableFuture<Result>> under = new ArrayList<>(all);
    for (ToRegister one : register) {
      InstanceBody instance = one == null ? null : one.instance;
      under.add(
          each(
              "register",
              namespace,
              one == null ? null : new Named(one.service, one.id),
              key -> {
                if (instance == null) {
                  throw InstanceBody.missing("instance", "address, port and so on");
                }
                Registration registration = instance.toRegistration(context);
                return discovery.register(key, registration).thenApply(BulkResource::done);
              }));
    }
    for (Named one : renew) {
      under.add(
          each("renew", namespace, one, key -> discovery.renew(key).thenApply(BulkResource::done)));
    }
    for (Named one : deregister) {
      under.add(
          each(
              "deregister",
              namespace,
              one,
              key -> discovery.deregister(key, null).thenApply(BulkResource::done)));
    }
    return under;
  }

  private static <T> List<@Nullable T> orEmpty(@Nullable List<@Nullable T> list) {
    return list == null ? List.of() : list;
  }

  private record Done(int status, long revision, @Nullable Long session) {}

  private static Done done(Discovery.Registered registered) {
    return new Done(
        registered.created() ? 201 : 200, registered.modifiedRevision(), registered.session());
  }

  private static Done done(Discovery.Renewed renewed) {
    return new Done(200, renewed.modifiedRevision(), renewed.session());
  }

  private static Done done(Discovery.Deregistered gone) {
    return new Done(200, gone.revision(), null);
  }

  private static CompletableFuture<Result> each(
      String action,
      String namespace,
      @Nullable Named named,
      Function<InstanceKey, CompletableFuture<Done>> act) {
    String service = named == null ? null : named.service;
    String id = named == null ? null : named.id;
    CompletableFuture<Done> under;
    try {
      if (service == null || id == null) {
        throw InstanceBody.missing(service == null ? "service" : "id", "which instance it is");
      }
      under = act.apply(new InstanceKey(namespace, service, id));
    } catch (RuntimeException wrong) {
      under = CompletableFuture.failedFuture(wrong);
    }
    return under.handle(
        (done, failure) ->
            failure == null ? well(action, service, id, done) : ill(action, service, id, failure));
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
        null);
  }

  private static Result ill(
      String action, @Nullable String service, @Nullable String id, Throwable failure) {
    Problem problem = Problems.of(failure);
    Map<String, Object> told = new LinkedHashMap<>(Problems.json(problem));
    told.remove("type");
    told.remove("status");
    return new Result(action, service, id, problem.status(), null, null, told);
  }

  private Answer answer(List<CompletableFuture<Result>> under) {
    List<Result> results = under.stream().map(CompletableFuture::join).toList();
    long failed = results.stream().filter(result -> result.problem != null).count();
    return Answer.of(200, ledger.local()).withJson(new Results(results, failed));
  }
}
