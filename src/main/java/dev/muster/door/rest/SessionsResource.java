package dev.muster.door.rest;

import dev.muster.coordination.SessionId;
import dev.muster.coordination.Sessions;
import dev.muster.core.Limits;
import dev.muster.core.Session;
import dev.muster.core.State;
import dev.muster.duty.Heartbeats;
import dev.muster.ledger.Ledger;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Sessions: opened, kept alive, ended. */
@Path("/api/v1/sessions")
@Tag(name = "Sessions")
@Produces(MediaType.APPLICATION_JSON)
public class SessionsResource {
  private static final int ID = 3;
  private static final long TTL_SECONDS_DEFAULT = 15;

  /** As many of a session's nodes as an answer names. */
  private static final int NODES_SHOWN_MAX = 100;

  private final Sessions sessions;
  private final Heartbeats heartbeats;
  private final Ledger ledger;
  private final Reads reads;

  SessionsResource(Sessions sessions, Heartbeats heartbeats, Ledger ledger, Reads reads) {
    this.sessions = sessions;
    this.heartbeats = heartbeats;
    this.ledger = ledger;
    this.reads = reads;
  }

  /** What a client sends to open one. */
  public record Opening(@Nullable Long ttlSeconds, @Nullable String owner) {}

  @POST
  @Operation(operationId = "openSession", summary = "Opens a session; its secret is shown once")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Opening.class)))
  @APIResponse(
      responseCode = "201",
      description = "It is open; with its id and secret",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  public Uni<Answer> open(@Context RoutingContext context) {
    Query.of(context, Set.of());
    return Bodies.optionalJson(context, Opening.class)
        .flatMap(
            sent -> {
              Opening body = sent == null ? new Opening(null, null) : sent;
              long seconds = body.ttlSeconds() == null ? TTL_SECONDS_DEFAULT : body.ttlSeconds();
              String owner = body.owner() == null ? "" : body.owner();
              long millis =
                  Seconds.toMillis(
                      "session.ttl",
                      seconds,
                      Limits.SESSION_TTL_MILLIS_MIN,
                      Limits.SESSION_TTL_MILLIS_MAX);
              return Uni.createFrom().completionStage(() -> sessions.open(millis, owner));
            })
        .map(
            opened ->
                Answer.of(201)
                    .withRevision(opened.revision())
                    .withHeader("Cache-Control", "no-store")
                    .withHeader("Location", "/api/v1/sessions/" + SessionId.format(opened.id()))
                    .withJson(
                        Map.of(
                            "id", SessionId.format(opened.id()),
                            "secret", opened.secret(),
                            "ttlSeconds", Seconds.ofMillis(opened.ttlMillis()),
                            "revision", opened.revision())));
  }

  @GET
  @Parameter(name = Query.LIMIT, in = ParameterIn.QUERY)
  @Parameter(name = Query.CURSOR, in = ParameterIn.QUERY)
  @Operation(operationId = "listSessions", summary = "Lists the sessions, by id")
  public Uni<Answer> list(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY, Query.LIMIT, Query.CURSOR));
    int limit = query.limit();
    Cursor cursor = Cursor.of(context, query, "");
    long after =
        cursor.after().isEmpty() ? 0 : SessionId.parse(cursor.after()).orElseThrow(Cursor::foreign);
    return reads.state(context, query).map(state -> page(state, cursor, after, limit));
  }

  private Answer page(State state, Cursor cursor, long after, int limit) {
    List<Object> page = new ArrayList<>();
    long last = 0;
    for (Session session : state.sessions().tailMap(after, false).values()) {
      if (page.size() == limit) {
        break;
      }
      page.add(describe(session));
      last = session.id();
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("sessions", page);
    body.put("total", state.sessions().size());
    if (last > 0 && state.sessions().higherKey(last) != null) {
      body.put("next", cursor.next(SessionId.format(last)));
    }
    return Answer.of(200, state).withJson(body);
  }

  private Map<String, Object> describe(Session session) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", SessionId.format(session.id()));
    body.put("owner", session.owner());
    body.put("ttlSeconds", Seconds.ofMillis(session.ttlMillis()));
    body.put("openedMillis", session.openedMillis());
    body.put("nodes", session.ephemerals().size());
    OptionalLong left = heartbeats.millisLeft(session.id());
    if (left.isPresent()) { // the leader alone knows
      body.put("millisLeft", left.getAsLong());
    }
    return body;
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "getSession", summary = "Shows a session and the nodes it owns")
  public Uni<Answer> get(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY));
    long id = id(context);
    return reads
        .state(context, query)
        .map(
            state -> {
              Session session = state.sessions().get(id);
              if (session == null) {
                throw new Problem(
                    Code.UNKNOWN_SESSION,
                    "session " + SessionId.format(id) + " does not exist or has ended");
              }
              Map<String, Object> body = describe(session);
              body.put(
                  "paths",
                  session.ephemerals().stream()
                      .limit(NODES_SHOWN_MAX)
                      .map(Object::toString)
                      .toList());
              return Answer.of(200, state).withJson(body);
            });
  }

  @PUT
  @Path("/{id}")
  @Operation(operationId = "keepSession", summary = "Keeps a session alive for another ttl")
  public Uni<Answer> keep(@Context RoutingContext context) {
    Query.of(context, Set.of());
    long id = id(context);
    String secret = SessionSecrets.of(context);
    return Uni.createFrom()
        .completionStage(() -> sessions.keepAlive(id, secret))
        .map(
            session ->
                Answer.of(200, ledger.local())
                    .withJson(
                        Map.of(
                            "id", SessionId.format(id),
                            "ttlSeconds", Seconds.ofMillis(session.ttlMillis()))));
  }

  @DELETE
  @Path("/{id}")
  @Operation(operationId = "closeSession", summary = "Ends a session and deletes what it owns")
  public Uni<Answer> close(@Context RoutingContext context) {
    Query.of(context, Set.of());
    long id = id(context);
    String secret = SessionSecrets.of(context);
    return Uni.createFrom()
        .completionStage(() -> sessions.close(id, secret))
        .map(
            closed ->
                Answer.of(200)
                    .withRevision(closed.revision())
                    .withJson(Map.of("id", SessionId.format(id), "revision", closed.revision())));
  }

  private static long id(RoutingContext context) {
    return SessionSecrets.id(RequestPath.of(context).segment(ID));
  }
}
