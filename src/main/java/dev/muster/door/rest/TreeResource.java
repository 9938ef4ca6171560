package dev.muster.door.rest;

import dev.muster.core.Bytes;
import dev.muster.core.Event;
import dev.muster.core.Node;
import dev.muster.core.State;
import dev.muster.tree.Demand;
import dev.muster.tree.RawTree;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** The tree itself: data, stat, children and watches of any node; writes of the users' own. */
@Path("/api/v1/tree")
@Tag(name = "Tree")
public class TreeResource {
  private static final int FIRST = 3;
  private static final String STAT_HEADER = "Muster-Stat";
  private static final String STAT = "stat";
  private static final String CHILDREN = "children";
  private static final String RECURSIVE = "recursive";
  private static final Set<String> READ_PARAMETERS =
      Set.of(Query.CONSISTENCY, STAT, CHILDREN, Query.LIMIT, Query.CURSOR);
  private static final Set<String> STREAM_PARAMETERS =
      Set.of(Query.CONSISTENCY, Query.FROM, RECURSIVE, CHILDREN);

  private final RawTree tree;
  private final TreeWrites writes;
  private final LongPolls polls;
  private final EventStreams streams;

  TreeResource(RawTree tree, TreeWrites writes, LongPolls polls, EventStreams streams) {
    this.tree = tree;
    this.writes = writes;
    this.polls = polls;
    this.streams = streams;
  }

  // ---- read

  @GET
  @Produces(MediaType.APPLICATION_OCTET_STREAM) // its answers say what they are
  @Path("{path:.*}")
  @Parameter(name = STAT, in = ParameterIn.QUERY)
  @Parameter(name = CHILDREN, in = ParameterIn.QUERY)
  @Parameter(name = RECURSIVE, in = ParameterIn.QUERY)
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @Parameter(name = Query.FROM, in = ParameterIn.QUERY)
  @Operation(
      operationId = "readNode",
      summary = "Reads a node's data, its stat or its children; long poll, or SSE")
  public Uni<Answer> read(@Context RoutingContext context) {
    dev.muster.core.Path path = path(context);
    if (Headers.wantsEvents(context)) {
      return watch(context, path);
    }
    Query query = Query.of(context, READ_PARAMETERS);
    if (query.flag(CHILDREN)) {
      int limit = query.limit();
      Cursor cursor = Cursor.of(context, query, "");
      return polls.answer(
          context,
          query,
          new Look.At(Scope.SUBTREE, path),
          state ->
              see(
                  state,
                  path,
                  node -> node.stat().subtreeRevision(),
                  node -> children(state, path, node, cursor, limit)));
    }
    if (query.flag(STAT)) {
      return polls.answer(
          context,
          query,
          new Look.At(Scope.SUBTREE, path),
          state ->
              see(
                  state,
                  path,
                  node -> node.stat().subtreeRevision(),
                  node -> stat(state, path, node)));
    }
    return polls.answer(
        context,
        query,
        new Look.At(Scope.NODE, path),
        state ->
            see(state, path, node -> node.stat().modifiedRevision(), node -> data(state, node)));
  }

  private interface OfNode<T> {
    T of(Node node);
  }

  private static Look.Seen see(
      State state, dev.muster.core.Path path, OfNode<Long> etag, OfNode<Answer> answer) {
    Node node = state.tree().find(path);
    return node == null
        ? new Look.Seen(
            EntityTag.ABSENT,
            () -> Problems.answer(new Problem(Code.UNKNOWN_NODE, path + " does not exist")))
        : new Look.Seen(etag.of(node), () -> answer.of(node));
  }

  private static Answer data(State state, Node node) {
    String stat = new String(Json.encode(StatJson.of(node.stat())), StandardCharsets.UTF_8);
    return Answer.of(200, state)
        .withHeader(STAT_HEADER, stat)
        .withContent(MediaType.APPLICATION_OCTET_STREAM, node.data());
  }

  private static Answer stat(State state, dev.muster.core.Path path, Node node) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("path", path.toString());
    body.putAll(StatJson.of(node));
    return Answer.of(200, state).withJson(body);
  }

  private static Answer children(
      State state, dev.muster.core.Path path, Node node, Cursor cursor, int limit) {
    List<Object> page = new ArrayList<>();
    String last = null;
    String next = null;
    for (Map.Entry<String, Node> child :
        node.children().tailMap(cursor.after(), false).entrySet()) {
      if (page.size() == limit) {
        next = last;
        break;
      }
      page.add(StatJson.brief(child.getKey(), child.getValue()));
      last = child.getKey();
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("path", path.toString());
    body.put("children", page);
    body.put("total", node.children().size());
    if (next != null) {
      body.put("next", cursor.next(next));
    }
    return Answer.of(200, state).withJson(body);
  }

  // ---- watch

  /** A node that does not exist can be watched: it may come. */
  private Uni<Answer> watch(RoutingContext context, dev.muster.core.Path path) {
    Query query = Query.of(context, STREAM_PARAMETERS);
    Scope scope = query.flag(CHILDREN) ? Scope.CHILDREN : Scope.NODE;
    if (query.flag(RECURSIVE)) {
      scope = Scope.SUBTREE;
    }
    return streams.answer(
        context, query, new Look.At(scope, path), state -> {}, TreeResource::describe);
  }

  private static StreamEvent describe(Event event) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("path", event.path().toString());
    body.put("revision", event.revision());
    String name =
        switch (event.type()) {
          case CREATED -> "created";
          case DATA_CHANGED -> "changed";
          case ATTRIBUTES_CHANGED -> "attributes";
          case DELETED -> "deleted";
        };
    if (event.type() != Event.Type.DELETED) {
      body.put("version", event.node().stat().version());
      body.put("bytes", event.node().data().length());
    }
    StatJson.putLife(body, event.node().stat().life());
    return new StreamEvent(name, body);
  }

  // ---- write

  @PUT
  @Produces(MediaType.APPLICATION_JSON)
  @Path("{path:.*}")
  @Parameter(name = TreeWrites.SESSION, in = ParameterIn.QUERY)
  @Parameter(name = TreeWrites.SEQUENTIAL, in = ParameterIn.QUERY)
  @Parameter(name = TreeWrites.TTL_SECONDS, in = ParameterIn.QUERY)
  @Parameter(name = TreeWrites.CONTAINER, in = ParameterIn.QUERY)
  @Parameter(name = TreeWrites.PARENTS, in = ParameterIn.QUERY)
  @Operation(
      operationId = "writeNode",
      summary = "Creates a node or sets its data; what is so already stays as it is")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(
      responseCode = "200",
      description = "Its data was set, or was so already",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "201",
      description = "It was created",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  public Uni<Answer> write(@Context RoutingContext context) {
    dev.muster.core.Path path = path(context);
    TreeWrites.Options options = TreeWrites.options(context);
    return Bodies.bytes(context, RestLimits.BODY_BYTES_MAX)
        .flatMap(data -> writes.put(path, Bytes.wrap(data), options))
        .map(TreeResource::written);
  }

  private static Answer written(RawTree.Written written) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("path", written.path().toString());
    body.put("revision", written.stat().modifiedRevision());
    body.put("stat", StatJson.of(written.stat()));
    return Answer.of(written.created() ? 201 : 200)
        .withRevision(written.revision())
        .withEtag(written.stat().modifiedRevision())
        .withJson(body);
  }

  @DELETE
  @Produces(MediaType.APPLICATION_JSON)
  @Path("{path:.*}")
  @Parameter(name = RECURSIVE, in = ParameterIn.QUERY)
  @Operation(operationId = "deleteNode", summary = "Deletes a node, or with ?recursive all below")
  public Uni<Answer> delete(@Context RoutingContext context) {
    dev.muster.core.Path path = path(context);
    boolean recursive = Query.of(context, Set.of(RECURSIVE)).flag(RECURSIVE);
    Demand demand = TreeWrites.demand(EntityTag.condition(context));
    if (demand instanceof Demand.Absent) {
      throw new Problem(Code.INVALID_HEADER, "'If-None-Match: *' makes no sense for a deletion");
    }
    return Uni.createFrom()
        .completionStage(() -> tree.delete(path, recursive, demand))
        .map(
            gone ->
                Answer.of(200)
                    .withRevision(gone.revision())
                    .withJson(Map.of("path", gone.path().toString(), "revision", gone.revision())));
  }

  private static dev.muster.core.Path path(RoutingContext context) {
    RequestPath request = RequestPath.of(context);
    return request.segments().size() == FIRST
        ? dev.muster.core.Path.ROOT
        : dev.muster.core.Path.of("/" + request.from(FIRST));
  }
}
