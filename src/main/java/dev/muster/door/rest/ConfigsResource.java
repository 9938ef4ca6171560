package dev.muster.door.rest;

import dev.muster.config.ConfigPages;
import dev.muster.config.Configs;
import dev.muster.config.ItemMetadata;
import dev.muster.config.Namespaces;
import dev.muster.core.Event;
import dev.muster.core.Node;
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
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
  /** Whether items are shown with their contents. */
  static final String CONTENT = "content";

  static final String PREFIX = "prefix";
  private static final String LABEL = "label";
  private static final Set<String> LIST_PARAMETERS =
      Set.of(
          Query.CONSISTENCY,
          PREFIX,
          LABEL,
          Query.LIMIT,
          Query.CURSOR,
          CONTENT,
          ItemSearch.SEARCH,
          ItemSearch.SEARCH_CONTENT);
  private static final Set<String> STREAM_PARAMETERS =
      Set.of(Query.CONSISTENCY, PREFIX, CONTENT, Query.FROM);

  private final LongPolls polls;
  private final EventStreams streams;
  private final EncodedAnswers encoded;

  ConfigsResource(LongPolls polls, EventStreams streams, EncodedAnswers encoded) {
    this.polls = polls;
    this.streams = streams;
    this.encoded = encoded;
  }

  /** An item; its content, as text or in base64, only where it was asked for. */
  public record Item(
      String name,
      String contentType,
      int size,
      long revision,
      String created,
      String modified,
      String owner,
      String description,
      Map<String, String> labels,
      @Nullable String content,
      @Nullable String contentBase64) {
    static Item of(String name, Node node, boolean withContent) {
      ItemMetadata metadata = ItemMetadata.of(node.attributes());
      Payload payload = withContent ? Payload.of(node.data()) : Payload.NONE;
      return new Item(
          name,
          Configs.contentType(node),
          node.data().length(),
          node.stat().modifiedRevision(),
          Instant.ofEpochMilli(node.stat().createdMillis()).toString(),
          Instant.ofEpochMilli(node.stat().modifiedMillis()).toString(),
          metadata.owner(),
          metadata.description(),
          metadata.labels(),
          payload.content(),
          payload.contentBase64());
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
      summary = "Lists or searches items; long-polls; streams changes",
      description =
          "A page with contents ends early rather than hold more than 4 MiB of them, and a search"
              + " after looking at 10,000 items or, for contents, 8 MiB: follow `next`, also of a page that"
              + " is empty. With `Accept: text/event-stream`, a stream of `put` and `delete` events from the"
              + " revision `from` (or `Last-Event-ID`) on.")
  @Parameter(name = PREFIX, in = ParameterIn.QUERY)
  @Parameter(
      name = LABEL,
      in = ParameterIn.QUERY,
      description =
          "Only items with these labels, as in `zone=eu,team` (`team` with any value). A page may"
              + " then have few items, or none, and yet a `next`",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = CONTENT,
      in = ParameterIn.QUERY,
      description = "With the contents: `content`, or `contentBase64` of what is not UTF-8",
      schema = @Schema(type = SchemaType.BOOLEAN))
  @Parameter(
      name = ItemSearch.SEARCH,
      in = ParameterIn.QUERY,
      description = "Only items with this in their names, whatever its case",
      schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 256))
  @Parameter(
      name = ItemSearch.SEARCH_CONTENT,
      in = ParameterIn.QUERY,
      description = "Only items with exactly this in their contents, as far as those are UTF-8",
      schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 256))
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
    boolean content = query.flag(CONTENT);
    ItemSearch search = ItemSearch.of(query);
    Predicate<Node> labeled = Labels.filter(query, LABEL);
    String labels = query.text(LABEL, "");
    Cursor cursor = Cursor.of(context, query, prefix);
    ConfigPages.Selection selection =
        new ConfigPages.Selection(
            namespace,
            prefix,
            cursor.after(),
            query.limit(),
            content ? RestLimits.CONTENTS_BYTES_MAX : Long.MAX_VALUE,
            item -> labeled.test(item.node()) && search.test(item),
            search.work());
    dev.muster.core.Path folder = ConfigPages.folder(namespace, prefix);
    return polls.answer(
        context,
        query,
        new Look.At(Scope.SUBTREE, folder),
        state -> {
          ConfigProblems.demand(state, namespace);
          Node node = state.tree().find(folder);
          return new Look.Seen(
              state.tree().subtreeRevision(folder),
              node != null && isLong(node, content, search.isAny() || !labels.isEmpty(), search),
              () -> Answer.of(200).withJson(json(state, node, selection, cursor, content, search)));
        });
  }

  /** Whether making the page takes long: one that picks may have to look at many for a few. */
  private static boolean isLong(Node folder, boolean content, boolean picks, ItemSearch search) {
    return (content && folder.subtreeBytes() > Workers.AT_ONCE_BYTES_MAX)
        || (picks && folder.subtreeNodes() > RestLimits.PAGE_ITEMS_MAX)
        || (search.inContent() != null && folder.subtreeBytes() > Workers.AT_ONCE_BYTES_MAX);
  }

  private byte[] json(
      State state,
      @Nullable Node folder,
      ConfigPages.Selection selection,
      Cursor cursor,
      boolean content,
      ItemSearch search) {
    if (folder == null || search.isAny()) {
      return Json.encode(page(state, selection, cursor, content));
    }
    String key = selection.limit() + "\n" + cursor;
    return encoded.json(key, folder, () -> page(state, selection, cursor, content));
  }

  private static ItemPage page(
      State state, ConfigPages.Selection selection, Cursor cursor, boolean content) {
    ConfigPages.Page page = ConfigPages.page(state, selection);
    return new ItemPage(
        selection.namespace(),
        page.items().stream().map(item -> Item.of(item.name(), item.node(), content)).toList(),
        page.more() ? cursor.next(page.last()) : null,
        state
            .tree()
            .subtreeRevision(ConfigPages.folder(selection.namespace(), selection.prefix())));
  }

  private Uni<Answer> stream(RoutingContext context, String namespace) {
    Query query = Query.of(context, STREAM_PARAMETERS);
    String prefix = query.text(PREFIX, "");
    return streams.answer(
        context,
        query,
        new Look.At(Scope.SUBTREE, ConfigPages.folder(namespace, prefix)),
        state -> ConfigProblems.demand(state, namespace),
        describe(encoded, prefix, query.flag(CONTENT)));
  }

  /**
   * How streams show events of items; absent for those of folders and other names. With contents,
   * all streams share one encoding.
   */
  static Function<Event, @Nullable StreamEvent> describe(
      EncodedAnswers encoded, String prefix, boolean content) {
    return event -> {
      if (event.path().depth() <= Namespaces.configs("x").depth()) {
        return null;
      }
      String name = Configs.name(event.path());
      if (!name.startsWith(prefix)) {
        return null;
      }
      return switch (Configs.happening(event)) {
        case PUT -> put(encoded, event, name, content);
        case DELETED -> new StreamEvent("delete", new ItemDeleted(name, event.revision()));
        case NOTHING -> null;
      };
    };
  }

  private static StreamEvent put(
      EncodedAnswers encoded, Event event, String name, boolean content) {
    if (!content) {
      return new StreamEvent("put", Item.of(name, event.node(), false));
    }
    String key = "event\n" + event.path();
    return new StreamEvent(
        "put", encoded.json(key, event.node(), () -> Item.of(name, event.node(), true)));
  }
}
