package dev.muster.door.rest;

import dev.muster.config.Configs;
import dev.muster.config.Namespaces;
import dev.muster.config.Watchlist;
import dev.muster.core.Limits;
import dev.muster.core.Path;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Many configuration items, of any namespaces, in one long poll. */
@jakarta.ws.rs.Path("/api/v1/poll")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Configuration")
public class PollResource {
  private final BatchPolls polls;

  PollResource(BatchPolls polls) {
    this.polls = polls;
  }

  /**
   * What the client has of an item.
   *
   * @param revision of the item; 0, or none, if the client has nothing of it
   */
  public record Known(@Nullable String namespace, @Nullable String name, @Nullable Long revision) {
    long has() {
      return revision == null ? Watchlist.ABSENT : revision;
    }
  }

  /**
   * What the client wishes to be told.
   *
   * @param content whether with the contents; not, if absent
   * @param revision of the last answer: no older state is shown
   */
  public record PollBody(
      @Nullable List<@Nullable Known> items, @Nullable Boolean content, @Nullable Long revision) {}

  @POST
  @Operation(
      operationId = "pollConfigs",
      summary = "Tells which of many items are something else than what the client has; waits",
      description =
          "With `Prefer: wait=30`, as soon as one is; with an empty `changed` when the time is up."
              + " An item that does not exist has the revision 0, also in a namespace that does"
              + " not. Send back `revision` of the last answer, and no node shows an older state."
              + " `more`: not all were told; poll again at once with what was.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = PollBody.class)))
  @APIResponse(
      responseCode = "200",
      description = "What is something else",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = BatchAnswer.Changes.class)))
  public Uni<Answer> poll(@Context RoutingContext context) {
    Query query = Query.of(context, Set.of(Query.CONSISTENCY));
    int waitSeconds = Headers.waitSeconds(context);
    return TwoSteps.run(
        Bodies.json(context, PollBody.class, RestLimits.POLL_BODY_BYTES_MAX)
            .flatMap(
                body ->
                    Workers.run(
                        body.items() != null && body.items().size() > RestLimits.PAGE_ITEMS_DEFAULT,
                        () -> wish(body, waitSeconds)))
            .flatMap(wish -> polls.answer(context, query, wish)));
  }

  private static BatchPolls.Wish wish(PollBody body, int waitSeconds) {
    long seen = body.revision == null ? 0 : body.revision;
    demandRevision("revision", seen);
    boolean content = body.content != null && body.content;
    return new BatchPolls.Wish(watchlist(body.items), content, seen, waitSeconds);
  }

  private static Watchlist watchlist(@Nullable List<@Nullable Known> items) {
    if (items == null || items.isEmpty()) {
      throw new Problem(
              Code.MISSING_FIELD, "the field 'items' is needed: the items to poll, one or more")
          .with("field", "items");
    }
    Limits.atMost("poll.items", items.size(), Watchlist.ITEMS_MAX, "items");
    SortedMap<Path, Long> known = new TreeMap<>();
    for (int i = 0; i < items.size(); i++) {
      String field = "items[" + i + "]";
      Known item = items.get(i);
      if (item == null) {
        throw invalid(field, "needs an object");
      }
      if (known.put(path(field, item), item.has()) != null) {
        throw invalid(field, "names '" + item.name + "' of '" + item.namespace + "' a second time");
      }
    }
    return Watchlist.of(known);
  }

  private static Path path(String field, Known item) {
    if (item.namespace == null || item.name == null) {
      String missing = field + (item.namespace == null ? ".namespace" : ".name");
      throw new Problem(Code.MISSING_FIELD, "the field '" + missing + "' is needed")
          .with("field", missing);
    }
    if (!Namespaces.isName(item.namespace)) {
      throw new Problem(
              Code.INVALID_NAME,
              "the field '"
                  + field
                  + ".namespace': the name of a namespace is "
                  + Namespaces.NAME_RULE)
          .with("field", field + ".namespace");
    }
    demandRevision(field + ".revision", item.has());
    return Configs.path(item.namespace, item.name);
  }

  private static void demandRevision(String field, long revision) {
    if (revision < 0) {
      throw invalid(field, "needs a revision: a whole number from 0 on");
    }
  }

  private static Problem invalid(String field, String what) {
    return new Problem(Code.INVALID_FIELD, "the field '" + field + "' " + what)
        .with("field", field);
  }
}
