package dev.muster.door.rest;

import dev.muster.config.Configs;
import dev.muster.config.MetadataChange;
import dev.muster.config.Outcome;
import dev.muster.config.Precondition;
import dev.muster.config.Publication;
import dev.muster.config.Releases;
import dev.muster.config.Releases.Release;
import dev.muster.core.Bytes;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
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

/** One configuration item: its content, as it was sent, with its content type. */
@Path("/api/v1/namespaces/{namespace}/configs/{item:.+}")
@Tag(name = "Configuration")
public class ConfigItemResource {
  private static final String RELEASE = "release";
  private static final String AT = "at";
  private static final Set<String> GET_PARAMETERS = Set.of(Query.CONSISTENCY, RELEASE, AT);
  private static final Set<String> PUT_PARAMETERS =
      Set.of(
          ConfigProblems.AUTHOR,
          ConfigProblems.MESSAGE,
          Labels.OWNER,
          Labels.DESCRIPTION,
          Labels.LABELS);

  private static final Set<String> STREAM_PARAMETERS =
      Set.of(Query.CONSISTENCY, Query.FROM, ConfigsResource.CONTENT);

  private final Configs configs;
  private final Reads reads;
  private final LongPolls polls;
  private final EventStreams streams;
  private final EncodedAnswers encoded;

  ConfigItemResource(
      Configs configs, Reads reads, LongPolls polls, EventStreams streams, EncodedAnswers encoded) {
    this.configs = configs;
    this.reads = reads;
    this.polls = polls;
    this.streams = streams;
    this.encoded = encoded;
  }

  /** What became of a write. */
  public record ItemWritten(
      String namespace,
      String name,
      long revision,
      @Nullable Long release,
      String result,
      @Nullable Boolean inPlace) {}

  /** The item that a path names, from its sixth segment on. */
  record Named(String namespace, String item) {
    static Named of(RoutingContext context) {
      RequestPath path = RequestPath.of(context);
      return new Named(ConfigProblems.namespace(path), path.from(5));
    }
  }

  @GET
  @Produces(MediaType.APPLICATION_OCTET_STREAM) // its answers say what they are
  @Parameter(name = Query.FROM, in = ParameterIn.QUERY)
  @Parameter(
      name = ConfigsResource.CONTENT,
      in = ParameterIn.QUERY,
      description = "Of a stream: with the contents, as `content` or `contentBase64`",
      schema = @Schema(type = SchemaType.BOOLEAN))
  @Parameter(
      name = RELEASE,
      in = ParameterIn.QUERY,
      description = "What the item was in this release",
      schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
  @Parameter(
      name = AT,
      in = ParameterIn.QUERY,
      description = "What the item was at this time, such as `2026-01-31T14:05:00Z`",
      schema = @Schema(type = SchemaType.STRING, format = "date-time"))
  @Operation(
      operationId = "getConfig",
      summary = "Reads an item; HEAD without its content; long-polls; streams changes",
      description =
          "With `Accept: text/event-stream`, a stream of `put` and `delete` events; with"
              + " `content=true` with the contents.")
  @APIResponse(
      responseCode = "200",
      description = "The content",
      content =
          @Content(
              mediaType = MediaType.WILDCARD,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Uni<Answer> get(@Context RoutingContext context) {
    Named name = Named.of(context);
    Look.At where = new Look.At(Scope.NODE, Configs.path(name.namespace, name.item));
    if (Headers.wantsEvents(context)) {
      Query query = Query.of(context, STREAM_PARAMETERS);
      return streams.answer(
          context,
          query,
          where,
          state -> ConfigProblems.demand(state, name.namespace),
          ConfigsResource.describe(encoded, "", query.flag(ConfigsResource.CONTENT)));
    }
    Query query = Query.of(context, GET_PARAMETERS);
    if (query.text(RELEASE) != null || query.text(AT) != null) {
      List<Long> known = EntityTag.known(context);
      return reads.state(context, query).map(state -> release(state, name, query, known));
    }
    return polls.answer(context, query, where, state -> look(state, name, where.path()));
  }

  /** What the item was: a release by its number, or the one in force at a time. */
  private static Answer release(State state, Named name, Query query, List<Long> known) {
    String at = query.text(AT);
    if (at != null && query.text(RELEASE) != null) {
      throw Query.invalid(AT, "goes without '" + RELEASE + "': name a time or a release");
    }
    ConfigProblems.demand(state, name.namespace);
    Release release =
        at == null
            ? Releases.find(
                state, name.namespace, name.item, query.number(RELEASE, 0, 1, Integer.MAX_VALUE))
            : Releases.at(state, name.namespace, name.item, instant(at));
    if (release == null || release.action() == Releases.Action.DELETED) {
      throw new Problem(
              Code.UNKNOWN_RELEASE,
              release == null
                  ? at == null
                      ? "no such release of '" + name.item + "' is kept"
                      : "at that time there was no '" + name.item + "', or it is not kept any more"
                  : "the item '" + name.item + "' was deleted by release " + release.number())
          .at(state);
    }
    boolean isKnown = known.contains(release.revision());
    Answer answer =
        Answer.of(isKnown ? 304 : 200, state)
            .withEtag(release.revision())
            .withHeader("Muster-Release", Long.toString(release.number()));
    return isKnown ? answer : answer.withContent(release.contentType(), release.content());
  }

  private static long instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeParseException | ArithmeticException malformed) {
      throw Query.invalid(AT, "is a time with its offset, such as 2026-01-31T14:05:00Z");
    }
  }

  private static Look.Seen look(State state, Named name, dev.muster.core.Path path) {
    Node node = state.tree().find(path);
    if (node == null || !Configs.isItem(node)) {
      ConfigProblems.demand(state, name.namespace);
      return new Look.Seen(EntityTag.ABSENT, () -> Problems.answer(unknown(name)));
    }
    return new Look.Seen(
        node.stat().modifiedRevision(),
        () -> Answer.of(200).withContent(Configs.contentType(node), node.data()));
  }

  static Problem unknown(Named name) {
    return new Problem(
        Code.UNKNOWN_ITEM,
        "there is no item '" + name.item + "' in the namespace '" + name.namespace + "'");
  }

  @PUT
  @Parameter(
      name = Labels.OWNER,
      in = ParameterIn.QUERY,
      description = "Whom to ask about the item; empty for nobody. Absent: stays",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = Labels.DESCRIPTION,
      in = ParameterIn.QUERY,
      description = "What the item is. Absent: stays",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = Labels.LABELS,
      in = ParameterIn.QUERY,
      description = "All of its labels, as in `team=pay,zone=eu`. Absent: stay",
      schema = @Schema(type = SchemaType.STRING))
  @Operation(
      operationId = "putConfig",
      summary = "Writes an item",
      description =
          "`If-Match: \"17\"` writes only over revision 17, `If-None-Match: *` only creates. The"
              + " same content and type again change nothing and wake nobody.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.WILDCARD,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(
      responseCode = "200",
      description = "It was replaced, or was so already",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ItemWritten.class)))
  @APIResponse(
      responseCode = "201",
      description = "It was created",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ItemWritten.class)))
  public Uni<Answer> put(@Context RoutingContext context) {
    Query query = Query.of(context, PUT_PARAMETERS);
    Publication publication = ConfigProblems.publication(query);
    MetadataChange metadata = Labels.change(query);
    Named name = Named.of(context);
    Configs.path(name.namespace, name.item); // what is no path is refused before the body is read
    Precondition precondition = ConfigProblems.precondition(context);
    String type = MediaTypes.ofContent(Headers.single(context, HttpHeaders.CONTENT_TYPE));
    return Bodies.bytes(context, Limits.NODE_DATA_BYTES_MAX)
        .flatMap(
            bytes ->
                Uni.createFrom()
                    .completionStage(
                        () ->
                            configs.put(
                                name.namespace,
                                name.item,
                                dev.muster.config.Content.of(type, name.item, Bytes.wrap(bytes)),
                                metadata,
                                publication,
                                precondition)))
        .map(outcome -> written(outcome, name));
  }

  static Answer written(Outcome outcome, Named name) {
    return written(outcome, name, false);
  }

  /** The answer to a change of a part of the content says whether the rest is as it was. */
  static Answer written(Outcome outcome, Named name, boolean ofPart) {
    if (outcome instanceof Outcome.Refused refused) {
      throw ConfigProblems.of(refused);
    }
    Outcome.Written written = (Outcome.Written) outcome;
    Stat stat = written.stat();
    return Answer.of(ConfigProblems.status(written))
        .withRevision(written.revision())
        .withEtag(stat.modifiedRevision())
        .withJson(
            new ItemWritten(
                name.namespace,
                name.item,
                stat.modifiedRevision(),
                written.release() == 0 ? null : written.release(),
                ConfigProblems.result(written),
                ofPart ? written.inPlace() : null));
  }

  @DELETE
  @Operation(operationId = "deleteConfig", summary = "Deletes an item")
  @APIResponse(responseCode = "200", description = "It is gone")
  public Uni<Answer> delete(@Context RoutingContext context) {
    Publication publication =
        ConfigProblems.publication(Query.of(context, ConfigProblems.WRITE_PARAMETERS));
    Named name = Named.of(context);
    Precondition precondition = ConfigProblems.precondition(context);
    return Uni.createFrom()
        .completionStage(() -> configs.delete(name.namespace, name.item, publication, precondition))
        .map(outcome -> ConfigProblems.deleted(outcome, name.item));
  }
}
