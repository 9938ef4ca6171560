package dev.muster.door.rest;

import dev.muster.config.effective.Effective.Setting;
import dev.muster.config.effective.EffectiveConfigs;
import dev.muster.config.effective.KeySearch;
import dev.muster.core.State;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
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

/** Keys of all items of a namespace: where they are said, and whom they concern. */
@Path("/api/v1/namespaces/{namespace}/keys")
@Tag(name = "Configuration")
@Produces(MediaType.APPLICATION_JSON)
public class KeysResource {
  private static final String KEY = "key";
  private static final String PREFIX = "prefix";
  private static final Set<String> PARAMETERS =
      Set.of(Query.CONSISTENCY, KEY, PREFIX, Query.LIMIT, Query.CURSOR);

  private final InTurn atOnce =
      new InTurn(RestLimits.KEY_SEARCHES_AT_ONCE_MAX, Code.TOO_MANY_SEARCHES, "searches for keys");

  private final EffectiveConfigs configs;
  private final Reads reads;

  KeysResource(EffectiveConfigs configs, Reads reads) {
    this.configs = configs;
    this.reads = reads;
  }

  /** A configuration that a key has a part in. */
  public record AffectedLine(
      String app,
      @Nullable String profile,
      @Nullable String item,
      @Nullable Integer line,
      @Nullable String value,
      List<String> through,
      @Nullable String problem) {
    static AffectedLine of(KeySearch.Affected affected) {
      Setting winner = affected.winner();
      return new AffectedLine(
          affected.app(),
          affected.profile(),
          winner == null ? null : winner.layer().item(),
          winner == null ? null : winner.property().line(),
          winner == null ? null : winner.property().value(),
          affected.through(),
          affected.fault());
    }
  }

  /** All about a key, or a page of keys. */
  public record Keys(
      String namespace,
      @Nullable String key,
      @Nullable List<KeySearch.Place> definitions,
      @Nullable List<KeySearch.User> references,
      @Nullable List<AffectedLine> affected,
      @Nullable List<KeySearch.Key> keys,
      @Nullable String next,
      boolean truncated) {}

  @GET
  @Operation(
      operationId = "findKeys",
      summary =
          "Tells where a key is defined and who would be affected by changing it, or lists keys",
      description =
          "With `key`: its definitions, the properties that refer to it, and each application and"
              + " profile that it has a part in. Else a page of keys.")
  @Parameter(
      name = KEY,
      in = ParameterIn.QUERY,
      description = "A dotted key, such as `db.url`",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = PREFIX,
      in = ParameterIn.QUERY,
      description = "Lists the keys that begin so; not together with `key`",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @APIResponse(
      responseCode = "200",
      description = "What is known; `truncated` tells that there is more than is looked at",
      content = @Content(schema = @Schema(implementation = Keys.class)))
  public Uni<Answer> find(@Context RoutingContext context) {
    String namespace = ConfigProblems.namespace(RequestPath.of(context));
    Query query = Query.of(context, PARAMETERS);
    String key = query.text(KEY);
    String prefix = query.text(PREFIX, "");
    int limit = query.limit();
    Cursor cursor = Cursor.of(context, query, prefix);
    if (key != null
        && (query.text(PREFIX) != null
            || query.text(Query.LIMIT) != null
            || query.text(Query.CURSOR) != null)) {
      throw Query.invalid(KEY, "goes without prefix, limit and cursor: it has one answer");
    }
    return atOnce.run(
        () ->
            reads
                .state(context, query)
                .flatMap(
                    state ->
                        Workers.run(
                            true,
                            () ->
                                Answer.of(200, state)
                                    .withJson(
                                        key == null
                                            ? page(state, namespace, prefix, cursor, limit)
                                            : uses(state, namespace, key)))));
  }

  private KeySearch search(State state, String namespace) {
    ConfigProblems.demand(state, namespace);
    return configs.keys(state, namespace);
  }

  private Keys page(State state, String namespace, String prefix, Cursor cursor, int limit) {
    KeySearch.Page page = search(state, namespace).page(prefix, cursor.after(), limit);
    String next = page.more() ? cursor.next(page.keys().get(page.keys().size() - 1).key()) : null;
    return new Keys(namespace, null, null, null, null, page.keys(), next, page.truncated());
  }

  private Keys uses(State state, String namespace, String key) {
    KeySearch.Uses uses = search(state, namespace).uses(key);
    return new Keys(
        namespace,
        key,
        uses.places(),
        uses.users(),
        uses.affected().stream().map(AffectedLine::of).toList(),
        null,
        null,
        uses.truncated());
  }
}
