package dev.muster.door.rest;

import dev.muster.config.Configs;
import dev.muster.config.Precondition;
import dev.muster.config.Publication;
import dev.muster.config.Releases;
import dev.muster.config.Releases.Release;
import dev.muster.core.State;
import dev.muster.door.rest.ConfigItemResource.Named;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The releases of an item, also of one that is deleted. */
@Path("/api/v1/namespaces/{namespace}/history/{item:.+}")
@Tag(name = "Configuration")
@Produces(MediaType.APPLICATION_JSON)
public class HistoryResource {
  private static final String BEFORE = "before";
  private static final String ROLLBACK = "rollback";
  private static final Set<String> LIST_PARAMETERS = Set.of(Query.CONSISTENCY, Query.LIMIT, BEFORE);
  private static final Set<String> ROLLBACK_PARAMETERS =
      Set.of(ROLLBACK, ConfigProblems.AUTHOR, ConfigProblems.MESSAGE);

  private final Configs configs;
  private final LongPolls polls;

  HistoryResource(Configs configs, LongPolls polls) {
    this.configs = configs;
    this.polls = polls;
  }

  /** A release without its content. */
  public record ReleaseLine(
      long release,
      long revision,
      String at,
      String action,
      @Nullable Long origin,
      String author,
      String message,
      String contentType,
      int size,
      String owner,
      String description,
      Map<String, String> labels) {
    static ReleaseLine of(Release release) {
      return new ReleaseLine(
          release.number(),
          release.revision(),
          Instant.ofEpochMilli(release.millis()).toString(),
          release.action().text(),
          release.origin() == 0 ? null : release.origin(),
          release.publication().author(),
          release.publication().message(),
          release.contentType(),
          release.content().length(),
          release.metadata().owner(),
          release.metadata().description(),
          release.metadata().labels());
    }
  }

  /** Releases, newest first. */
  public record History(
      String namespace,
      String name,
      List<ReleaseLine> releases,
      @Nullable Long next,
      long revision) {}

  @GET
  @Operation(
      operationId = "listReleases",
      summary = "Lists an item's releases, newest first; long-polls",
      description = "`next` is the `before` of the next page.")
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(
      name = BEFORE,
      in = ParameterIn.QUERY,
      description = "Only releases with lower numbers",
      schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content = @Content(schema = @Schema(implementation = History.class)))
  public Uni<Answer> list(@Context RoutingContext context) {
    Named name = Named.of(context);
    Query query = Query.of(context, LIST_PARAMETERS);
    long before = query.number(BEFORE, Long.MAX_VALUE, 1, Long.MAX_VALUE);
    int limit = query.limit();
    dev.muster.core.Path path = Releases.of(name.namespace(), name.item());
    return polls.answer(
        context,
        query,
        new Look.At(Scope.SUBTREE, path),
        state -> {
          ConfigProblems.demand(state, name.namespace());
          if (state.tree().find(path) == null) {
            throw neverWas(name);
          }
          return new Look.Seen(
              state.tree().subtreeRevision(path),
              () -> Answer.of(200).withJson(page(state, name, before, limit)));
        });
  }

  static Problem neverWas(Named name) {
    return new Problem(
        Code.UNKNOWN_ITEM,
        "there is and was no item '"
            + name.item()
            + "' in the namespace '"
            + name.namespace()
            + "'");
  }

  private static History page(State state, Named name, long before, int limit) {
    Releases.Page page = Releases.page(state, name.namespace(), name.item(), before, limit);
    List<ReleaseLine> lines = page.releases().stream().map(ReleaseLine::of).toList();
    return new History(
        name.namespace(),
        name.item(),
        lines,
        page.more() ? lines.get(lines.size() - 1).release() : null,
        state.tree().subtreeRevision(Releases.of(name.namespace(), name.item())));
  }

  @POST
  @Operation(
      operationId = "rollBackConfig",
      summary = "Publishes an old release again, as a release of its own",
      description = "Takes `If-Match` and `If-None-Match` like a PUT; restores deleted items.")
  @Parameter(
      name = ROLLBACK,
      in = ParameterIn.QUERY,
      required = true,
      description = "The number of the release",
      schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
  @APIResponse(
      responseCode = "200",
      description = "The item is as it was, or was so already",
      content = @Content(schema = @Schema(implementation = ConfigItemResource.ItemWritten.class)))
  @APIResponse(
      responseCode = "201",
      description = "The deleted item is there again",
      content = @Content(schema = @Schema(implementation = ConfigItemResource.ItemWritten.class)))
  public Uni<Answer> rollback(@Context RoutingContext context) {
    Named name = Named.of(context);
    Query query = Query.of(context, ROLLBACK_PARAMETERS);
    if (query.text(ROLLBACK) == null) {
      throw Query.invalid(ROLLBACK, "is missing: the number of the release to publish again");
    }
    long number = query.number(ROLLBACK, 0, 1, Integer.MAX_VALUE);
    Publication publication = ConfigProblems.publication(query);
    Precondition precondition = ConfigProblems.precondition(context);
    return Uni.createFrom()
        .completionStage(
            () ->
                configs.rollback(name.namespace(), name.item(), number, publication, precondition))
        .map(outcome -> ConfigItemResource.written(outcome, name));
  }
}
