package dev.muster.door.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.config.ConfigLimits;
import dev.muster.config.Namespaces;
import dev.muster.config.Outcome;
import dev.muster.config.Retention;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Stat;
import dev.muster.core.State;
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
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Namespaces: each holds configuration items and services of its own. */
@Path("/api/v1/namespaces")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Namespaces")
public class NamespacesResource {
  private static final Set<String> LIST_PARAMETERS =
      Set.of(Query.CONSISTENCY, Query.LIMIT, Query.CURSOR);
  private static final Look.At ALL = new Look.At(Scope.SUBTREE, Namespaces.ALL);

  private final Namespaces namespaces;
  private final LongPolls polls;

  NamespacesResource(Namespaces namespaces, LongPolls polls) {
    this.namespaces = namespaces;
    this.polls = polls;
  }

  /** What a client writes about a namespace. */
  public record NamespaceBody(
      @Nullable String description, @Nullable HistoryBody history, @Nullable Long instancesMax) {
    Namespaces.Wish wish() {
      return new Namespaces.Wish(
          description == null ? "" : description,
          history == null ? Retention.Wish.NONE : history.wish(),
          instancesMax);
    }
  }

  /** How much history it shall keep; what is absent stays as it is. */
  public record HistoryBody(
      @Nullable Integer releasesMax, @Nullable JsonNode days, @Nullable Integer deletedDays) {

    Retention.Wish wish() {
      return new Retention.Wish(releasesMax, wishedDays(), deletedDays);
    }

    private @Nullable Integer wishedDays() {
      if (days == null) {
        return null;
      }
      if (days.isNull()) {
        return 0;
      }
      if (!days.isIntegralNumber()) {
        throw new Problem(
                Code.INVALID_FIELD, "the field 'history.days' needs a whole number, or null")
            .with("field", "history.days");
      }
      long number = days.canConvertToLong() ? days.longValue() : Long.MAX_VALUE;
      Limits.between("history.days", number, 1, ConfigLimits.HISTORY_DAYS_MAX, "days");
      return (int) number;
    }
  }

  /**
   * How much history it keeps.
   *
   * @param days null for ever
   */
  public record History(
      int releasesMax,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Integer days,
      int deletedDays) {
    static History of(Retention retention) {
      return new History(
          retention.releasesMax(),
          retention.days() == 0 ? null : retention.days(),
          retention.deletedDays());
    }
  }

  /** A namespace as clients see it. */
  public record Namespace(
      String name,
      String description,
      long revision,
      String created,
      String modified,
      History history,
      long instancesMax) {
    static Namespace of(String name, Node node) {
      return new Namespace(
          name,
          Namespaces.description(node),
          node.stat().modifiedRevision(),
          Instant.ofEpochMilli(node.stat().createdMillis()).toString(),
          Instant.ofEpochMilli(node.stat().modifiedMillis()).toString(),
          History.of(Retention.of(node)),
          Namespaces.instancesMax(node));
    }
  }

  /** A page of namespaces. */
  public record NamespacePage(List<Namespace> namespaces, @Nullable String next, long revision) {}

  /** What became of a write. */
  public record NamespaceWritten(String name, long revision, String result) {}

  @GET
  @Operation(operationId = "listNamespaces", summary = "Lists namespaces; long-polls")
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @APIResponse(
      responseCode = "200",
      description = "A page, in the order of names",
      content = @Content(schema = @Schema(implementation = NamespacePage.class)))
  public Uni<Answer> list(@Context RoutingContext context) {
    Query query = Query.of(context, LIST_PARAMETERS);
    int limit = query.limit();
    Cursor cursor = Cursor.of(context, query, "");
    return polls.answer(
        context,
        query,
        ALL,
        state -> {
          long revision = state.tree().subtreeRevision(Namespaces.ALL);
          return new Look.Seen(
              revision, () -> Answer.of(200).withJson(page(state, cursor, limit, revision)));
        });
  }

  private static NamespacePage page(State state, Cursor cursor, int limit, long revision) {
    Namespaces.Page page = Namespaces.page(state, cursor.after(), limit);
    List<Namespace> shown =
        page.namespaces().stream()
            .map(entry -> Namespace.of(entry.getKey(), entry.getValue()))
            .toList();
    return new NamespacePage(
        shown, page.more() ? cursor.next(shown.get(shown.size() - 1).name()) : null, revision);
  }

  @GET
  @Path("/{namespace}")
  @Operation(operationId = "getNamespace", summary = "Shows a namespace; long-polls")
  @APIResponse(
      responseCode = "200",
      description = "The namespace",
      content = @Content(schema = @Schema(implementation = Namespace.class)))
  public Uni<Answer> get(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY));
    String name = ConfigProblems.namespace(RequestPath.of(context));
    return polls.answer(
        context,
        query,
        new Look.At(Scope.NODE, Namespaces.path(name)),
        state -> {
          Node node = Namespaces.find(state, name);
          return node == null
              ? new Look.Seen(
                  EntityTag.ABSENT, () -> Problems.answer(ConfigProblems.unknownNamespace(name)))
              : new Look.Seen(
                  node.stat().modifiedRevision(),
                  () -> Answer.of(200).withJson(Namespace.of(name, node)));
        });
  }

  @PUT
  @Path("/{namespace}")
  @Operation(
      operationId = "putNamespace",
      summary = "Creates a namespace, or describes it anew; how much history it keeps")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = NamespaceBody.class)))
  @APIResponse(
      responseCode = "200",
      description = "It existed",
      content = @Content(schema = @Schema(implementation = NamespaceWritten.class)))
  @APIResponse(
      responseCode = "201",
      description = "It was created",
      content = @Content(schema = @Schema(implementation = NamespaceWritten.class)))
  public Uni<Answer> put(@Context RoutingContext context) {
    Query.of(context, Set.of());
    String name = ConfigProblems.namespace(RequestPath.of(context));
    var precondition = ConfigProblems.precondition(context);
    return Bodies.optionalJson(context, NamespaceBody.class)
        .flatMap(
            body -> {
              Namespaces.Wish wish = body == null ? Namespaces.Wish.describedAs("") : body.wish();
              return Uni.createFrom()
                  .completionStage(() -> namespaces.put(name, wish, precondition));
            })
        .map(outcome -> written(outcome, name));
  }

  private static Answer written(Outcome outcome, String name) {
    if (outcome instanceof Outcome.Refused refused) {
      throw ConfigProblems.of(refused);
    }
    Outcome.Written written = (Outcome.Written) outcome;
    Stat stat = written.stat();
    return Answer.of(ConfigProblems.status(written))
        .withRevision(written.revision())
        .withEtag(stat.modifiedRevision())
        .withJson(
            new NamespaceWritten(name, stat.modifiedRevision(), ConfigProblems.result(written)));
  }

  @DELETE
  @Path("/{namespace}")
  @Operation(operationId = "deleteNamespace", summary = "Deletes a namespace")
  @Parameter(
      name = "force",
      in = ParameterIn.QUERY,
      description = "With all that is in it, in one revision; else only an empty one",
      schema = @Schema(type = SchemaType.BOOLEAN))
  @APIResponse(responseCode = "200", description = "It is gone")
  public Uni<Answer> delete(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of("force"));
    String name = ConfigProblems.namespace(RequestPath.of(context));
    boolean force = query.flag("force");
    var precondition = ConfigProblems.precondition(context);
    return Uni.createFrom()
        .completionStage(() -> namespaces.delete(name, force, precondition))
        .map(outcome -> ConfigProblems.deleted(outcome, name));
  }
}
