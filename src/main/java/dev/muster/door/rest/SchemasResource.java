package dev.muster.door.rest;

import dev.muster.config.Schemas;
import dev.muster.config.Schemas.Schema;
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
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The schemas of a namespace, as a listing. */
@Path("/api/v1/namespaces/{namespace}/schemas")
@Tag(name = "Configuration")
@Produces(MediaType.APPLICATION_JSON)
public class SchemasResource {
  private static final Set<String> PARAMETERS =
      Set.of(Query.CONSISTENCY, Query.LIMIT, Query.CURSOR);

  private final LongPolls polls;

  SchemasResource(LongPolls polls) {
    this.polls = polls;
  }

  /** A schema without its text. */
  public record SchemaLine(
      String target, String scope, int size, long revision, String created, String modified) {
    static SchemaLine of(Schema schema) {
      return new SchemaLine(
          schema.target(),
          schema.scope().text(),
          schema.node().data().length(),
          schema.node().stat().modifiedRevision(),
          Instant.ofEpochMilli(schema.node().stat().createdMillis()).toString(),
          Instant.ofEpochMilli(schema.node().stat().modifiedMillis()).toString());
    }
  }

  /** A page of schemas. */
  public record SchemaPage(
      String namespace, List<SchemaLine> schemas, @Nullable String next, long revision) {}

  @GET
  @Operation(operationId = "listSchemas", summary = "Lists schemas; long-polls")
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = SchemaPage.class)))
  public Uni<Answer> list(@Context RoutingContext context) {
    String namespace = ConfigProblems.namespace(RequestPath.of(context));
    Query query = Query.of(context, PARAMETERS);
    int limit = query.limit();
    Cursor cursor = Cursor.of(context, query, "");
    dev.muster.core.Path path = Schemas.of(namespace);
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
              () -> Answer.of(200).withJson(page(state, namespace, cursor, limit, revision)));
        });
  }

  private static SchemaPage page(
      State state, String namespace, Cursor cursor, int limit, long revision) {
    Schemas.Page page = Schemas.page(state, namespace, cursor.after(), limit);
    List<SchemaLine> shown = page.schemas().stream().map(SchemaLine::of).toList();
    return new SchemaPage(
        namespace,
        shown,
        page.more() ? cursor.next(shown.get(shown.size() - 1).target()) : null,
        revision);
  }
}
