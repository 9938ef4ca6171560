package dev.muster.door.rest;

import dev.muster.config.ConfigPages;
import dev.muster.config.Configs;
import dev.muster.config.ItemMetadata;
import dev.muster.config.Namespaces;
import dev.muster.core.Event;
import dev.muster.core.Node;
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
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The configuration items of a namespace, as a listing. */
@Path("/api/v1/namespaces/{namespace}/configs")
@Tag(name = "Configuration")
public class ConfigsResource {
  private static final String PREFIX = "prefix";
  private static final String LABEL = "label";
  private static final Set<String> LIST_PARAMETERS =
      Set.of(Query.CONSISTENCY, PREFIX, LABEL, Query.LIMIT, Query.CURSOR);
  private static final Set<String> STREAM_PARAMETERS =
      Set.of(Query.CONSISTENCY, PREFIX, Query.FROM);

  private final LongPolls polls;
  private final EventStreams streams;
  private final EncodedAnswers encoded;

  ConfigsResource(LongPolls polls, EventStreams streams, EncodedAnswers encoded) {
    this.polls = polls;
    this.streams = streams;
    this.encoded = encoded;
  }

  /** An item without its content. */
  public record Item(
      String name,
      String contentType,
      int size,
      long revision,
      String created,
      String modified,
      String owner,
      String description,
      Map<String, String> labels) {
    static Item of(String name, Node node) {
      ItemMetadata metadata = ItemMetadata.of(node.attributes());
      return new Item(
          name,
          Configs.contentType(node),
          node.data().length(),
          node.stat().modifiedRevision(),
          Instant.ofEpochMilli(node.stat().createdMillis()).toString(),
          Instant.ofEpochMilli(node.stat().modifiedMillis()).toString(),
          metadata.owner(),
          metadata.description(),
          metadata.labels());
    }
  }

  /** A page of items. */
  public record ItemPage(
      String namespace, List<Item> items, @Nullable String next, long revision) {}

  /** An item that is gone, in a stream. */
  public record ItemDeleted(String name, long revision) {}

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "listConfigs",
      summary = "Lists items without their contents; long-polls; streams changes",
      description =
          "With `Accept: text/event-stream`, a stream of `put` and `delete` events from the"
              + " revision `from` (or `Last-Event-ID`) on.")
  @Parameter(
      name = PREFIX,
      in = ParameterIn.QUERY,
      description = "Only items whose names begin so",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = LABEL,
      in = ParameterIn.QUERY,
      description =
          "Only items with these labels, as in `zone=eu,team` (`team` with any value). A page may"
              + " then have few items, or none, and yet a `next`",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @Parameter(name = Query.FROM, in = ParameterIn.QUERY)
  @APIResponse(
      responseCode = "200",
      description = "A page, folder by folder, in the order of names",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ItemPage.class)))
  public Uni<Answer> list(@Context RoutingContext context) {
    String namespace = ConfigProblems.namespace(RequestPath.of(context));
    return Headers.wantsEvents(context) ? stream(context, namespace) : page(context, namespace);
  }

  private Uni<Answer> page(RoutingContext context, String namespace) {
    Query query = Query.of(context, LIST_PARAMETERS);
    String prefix = query.text(PREFIX, "");
    String after = Cursor.name(query, prefix);
    int limit = query.limit();
    Predicate<Node> labeled = Labels.filter(query, LABEL);
    dev.muster.core.Path folder = ConfigPages.folder(namespace, prefix);
    String key =
        String.join("\n", namespace, prefix, after, String.valueOf(limit), query.text(LABEL, ""));
    return polls.answer(
        context,
        query,
        new Look.At(Scope.SUBTREE, folder),
        state -> {
          ConfigProblems.demand(state, namespace);
          long revision = state.tree().subtreeRevision(folder);
          return new Look.Seen(
              revision,
              () -> {
                Node node = state.tree().find(folder);
                return Answer.of(200)
                    .withJson(
                        node == null
                            ? Json.encode(new ItemPage(namespace, List.of(), null, revision))
                            : encoded.json(
                                key,
                                node,
                                () ->
                                    answer(
                                        namespace,
                                        ConfigPages.page(
                                            state, namespace, prefix, after, limit, labeled),
                                        revision)));
              });
        });
  }

  private static ItemPage answer(String namespace, ConfigPages.Page page, long revision) {
    return new ItemPage(
        namespace,
        page.items().stream().map(item -> Item.of(item.name(), item.node())).toList(),
        page.more() ? Cursor.after(page.last()) : null,
        revision);
  }

  private Uni<Answer> stream(RoutingContext context, String namespace) {
    Query query = Query.of(context, STREAM_PARAMETERS);
    String prefix = query.text(PREFIX, "");
    return streams.answer(
        context,
        query,
        new Look.At(Scope.SUBTREE, ConfigPages.folder(namespace, prefix)),
        state -> ConfigProblems.demand(state, namespace),
        event -> describe(event, prefix));
  }

  /** An event of items, as streams show it; absent for those of folders and other names. */
  static @Nullable StreamEvent describe(Event event, String prefix) {
    if (event.path().depth() <= Namespaces.configs("x").depth()) {
      return null;
    }
    String name = Configs.name(event.path());
    if (!name.startsWith(prefix)) {
      return null;
    }
    return switch (Configs.happening(event)) {
      case PUT -> new StreamEvent("put", Item.of(name, event.node()));
      case DELETED -> new StreamEvent("delete", new ItemDeleted(name, event.revision()));
      case NOTHING -> null;
    };
  }
}
