package dev.muster.door.rest;

import dev.muster.config.Histories;
import dev.muster.config.Releases;
import dev.muster.config.Releases.Release;
import dev.muster.core.State;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What happened last to each item of a namespace, also to those that are deleted. */
@Path("/api/v1/namespaces/{namespace}/history")
@Tag(name = "Configuration")
@Produces(MediaType.APPLICATION_JSON)
public class HistoriesResource {
  private static final String DELETED = "deleted";
  private static final Set<String> PARAMETERS =
      Set.of(Query.CONSISTENCY, DELETED, Query.LIMIT, Query.CURSOR);

  private final LongPolls polls;

  HistoriesResource(LongPolls polls) {
    this.polls = polls;
  }

  /**
   * An item's history.
   *
   * @param release the newest
   * @param restorable the newest release with a content: what a deleted item is rolled back to
   */
  public record HistoryLine(
      String name,
      boolean deleted,
      long release,
      String action,
      String at,
      long revision,
      String author,
      String message,
      @Nullable Long restorable) {
    static HistoryLine of(Histories.History history) {
      Release newest = history.newest();
      Release content = history.content();
      return new HistoryLine(
          history.item(),
          history.isDeleted(),
          newest.number(),
          newest.action().text(),
          Instant.ofEpochMilli(newest.millis()).toString(),
          newest.revision(),
          newest.publication().author(),
          newest.publication().message(),
          content == null ? null : content.number());
    }
  }

  /** A page of histories. */
  public record HistoryPage(
      String namespace, List<HistoryLine> items, @Nullable String next, long revision) {}

  @GET
  @Operation(
      operationId = "listHistories",
      summary = "Lists what happened last to each item; with deleted=true, what can be restored",
      description = "Long-polls. A page may have few items, or none, and yet a `next`.")
  @Parameter(
      name = DELETED,
      in = ParameterIn.QUERY,
      description = "Only of items that are deleted",
      schema = @Schema(type = SchemaType.BOOLEAN))
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content = @Content(schema = @Schema(implementation = HistoryPage.class)))
  public Uni<Answer> list(@Context RoutingContext context) {
    String namespace = ConfigProblems.namespace(RequestPath.of(context));
    Query query = Query.of(context, PARAMETERS);
    boolean deleted = query.flag(DELETED);
    int limit = query.limit();
    Cursor cursor = Cursor.of(context, query, "");
    dev.muster.core.Path path = Releases.of(namespace);
    return polls.answer(
        context,
        query,
        new Look.At(Scope.SUBTREE, path),
        state -> {
          ConfigProblems.demand(state, namespace);
          long revision =
              state.tree().find(path) == null
                  ? EntityTag.ABSENT
                  : state.tree().subtreeRevision(path);
          return new Look.Seen(
              revision,
              () ->
                  Answer.of(200)
                      .withJson(page(state, namespace, cursor, limit, deleted, revision)));
        });
  }

  private static HistoryPage page(
      State state, String namespace, Cursor cursor, int limit, boolean deleted, long revision) {
    Histories.Page page = Histories.page(state, namespace, cursor.after(), limit, deleted);
    String next = page.next();
    return new HistoryPage(
        namespace,
        page.histories().stream().map(HistoryLine::of).toList(),
        next == null ? null : cursor.next(next),
        revision);
  }
}
