package dev.muster.door.rest;

import dev.muster.config.Configs;
import dev.muster.config.ContentDiff;
import dev.muster.config.Releases;
import dev.muster.config.Releases.Release;
import dev.muster.config.Work;
import dev.muster.core.Bytes;
import dev.muster.core.Limits;
import dev.muster.core.State;
import dev.muster.door.rest.ConfigItemResource.Named;
import dev.muster.door.rest.HistoryResource.ReleaseLine;
import dev.muster.format.Property;
import dev.muster.format.SemanticDiff.KeyChange;
import dev.muster.format.TextDiff;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
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

/** What differs between two releases of an item, or between it and what is to become of it. */
@Path("/api/v1/namespaces/{namespace}/diff/{item:.+}")
@Tag(name = "Configuration")
@Produces(MediaType.APPLICATION_JSON)
public class DiffResource {
  /** Lines of context around each change in the unified form. */
  static final int CONTEXT_LINES_MAX = 1_000;

  private static final int CONTEXT_LINES_DEFAULT = 3;
  private static final String FROM = "from";
  private static final String TO = "to";
  static final String CONTEXT = "context";
  static final String ROWS = "rows";
  private static final Set<String> GET_PARAMETERS =
      Set.of(Query.CONSISTENCY, FROM, TO, CONTEXT, ROWS);
  private static final Set<String> POST_PARAMETERS = Set.of(Query.CONSISTENCY, FROM, CONTEXT, ROWS);

  private final Reads reads;

  DiffResource(Reads reads) {
    this.reads = reads;
  }

  /** One line of both sides; a side that lacks it has no number and no text. */
  public record Row(
      String kind,
      @Nullable Integer oldLine,
      @Nullable String oldText,
      @Nullable Integer newLine,
      @Nullable String newText) {
    static Row of(TextDiff.Row row) {
      return new Row(
          lower(row.kind()),
          row.oldLine() == 0 ? null : row.oldLine(),
          row.oldText(),
          row.newLine() == 0 ? null : row.newLine(),
          row.newText());
    }
  }

  /** A property of one side. */
  public record Valued(String value, String kind, int line) {
    static @Nullable Valued of(@Nullable Property property) {
      return property == null
          ? null
          : new Valued(property.value(), lower(property.kind()), property.line());
    }
  }

  /** A key that is not the same on both sides. */
  public record Key(String key, String change, @Nullable Valued before, @Nullable Valued after) {
    static Key of(KeyChange change) {
      return new Key(
          change.key(),
          lower(change.kind()),
          Valued.of(change.before()),
          Valued.of(change.after()));
    }
  }

  /** What differs. */
  public record Diff(
      String namespace,
      String name,
      @Nullable ReleaseLine from,
      @Nullable ReleaseLine to,
      boolean same,
      @Nullable String unified,
      @Nullable List<Row> rows,
      @Nullable List<Key> keys) {}

  /**
   * One side.
   *
   * @param name in the unified form
   * @param release absent for what is not published, and for nothing
   * @param content absent for nothing
   */
  private record Side(
      String name, @Nullable Release release, dev.muster.config.@Nullable Content content) {
    static Side of(Named item, Release release) {
      return new Side(
          item.item() + " (release " + release.number() + ")",
          release,
          release.action() == Releases.Action.DELETED
              ? null
              : new dev.muster.config.Content(release.contentType(), release.content()));
    }

    static Side nothing() {
      return new Side("/dev/null", null, null);
    }

    int length() {
      return content == null ? 0 : content.data().length();
    }
  }

  @GET
  @Operation(
      operationId = "diffReleases",
      summary = "What differs between two releases of an item",
      description =
          "`unified` is what `patch` reads; null if one side is no text. `keys` are the properties"
              + " that differ, whatever their order and format; null if one side has none.")
  @Parameter(
      name = FROM,
      in = ParameterIn.QUERY,
      description = "A release's number, 0 for nothing; the one before `to` if absent",
      schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "0"))
  @Parameter(
      name = TO,
      in = ParameterIn.QUERY,
      description = "A release's number, 0 for nothing; the newest if absent",
      schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "0"))
  @APIResponse(
      responseCode = "200",
      description = "What differs",
      content = @Content(schema = @Schema(implementation = Diff.class)))
  public Uni<Answer> diff(@Context RoutingContext context) {
    Named item = Named.of(context);
    Query query = Query.of(context, GET_PARAMETERS);
    Wish wish = Wish.of(query);
    return reads
        .state(context, query)
        .flatMap(
            state -> {
              demand(state, item);
              Side to =
                  query.text(TO) == null
                      ? newest(state, item, Long.MAX_VALUE)
                      : release(state, item, number(query, TO));
              Side from =
                  query.text(FROM) == null
                      ? newest(state, item, to.release == null ? 0 : to.release.number())
                      : release(state, item, number(query, FROM));
              return answer(state, item, from, to, wish);
            });
  }

  @POST
  @Operation(
      operationId = "diffConfig",
      summary = "What a content that is not yet published would change",
      description = "The body is the content. Nothing is written.")
  @Parameter(
      name = FROM,
      in = ParameterIn.QUERY,
      description = "A release's number, 0 for nothing; the newest if absent",
      schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "0"))
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.WILDCARD,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(
      responseCode = "200",
      description = "What differs",
      content = @Content(schema = @Schema(implementation = Diff.class)))
  public Uni<Answer> preview(@Context RoutingContext context) {
    Named item = Named.of(context);
    Query query = Query.of(context, POST_PARAMETERS);
    Wish wish = Wish.of(query);
    String type = MediaTypes.ofContent(Headers.single(context, HttpHeaders.CONTENT_TYPE));
    return Bodies.bytes(context, Limits.NODE_DATA_BYTES_MAX)
        .flatMap(
            body ->
                reads
                    .state(context, query)
                    .flatMap(
                        state -> {
                          ConfigProblems.demand(state, item.namespace());
                          Side from =
                              query.text(FROM) == null
                                  ? newest(state, item, Long.MAX_VALUE)
                                  : release(state, item, number(query, FROM));
                          Side to =
                              new Side(
                                  item.item() + " (not published)",
                                  null,
                                  dev.muster.config.Content.of(
                                      type, item.item(), Bytes.wrap(body)));
                          return answer(state, item, from, to, wish);
                        }));
  }

  /** How it shall be shown. */
  private record Wish(int contextLines, boolean rows) {
    static Wish of(Query query) {
      return new Wish(
          (int) query.number(CONTEXT, CONTEXT_LINES_DEFAULT, 0, CONTEXT_LINES_MAX),
          query.flag(ROWS));
    }
  }

  private static long number(Query query, String parameter) {
    return query.number(parameter, 0, 0, Integer.MAX_VALUE);
  }

  /** Demands that there is or was such an item. */
  private static void demand(State state, Named item) {
    ConfigProblems.demand(state, item.namespace());
    if (state.tree().find(Releases.of(item.namespace(), item.item())) == null
        && Configs.find(state, item.namespace(), item.item()) == null) {
      throw HistoryResource.neverWas(item).at(state);
    }
  }

  private static Side release(State state, Named item, long number) {
    if (number == 0) {
      return Side.nothing();
    }
    Release release = Releases.find(state, item.namespace(), item.item(), number);
    if (release == null) {
      throw new Problem(
              Code.UNKNOWN_RELEASE,
              "release " + number + " of '" + item.item() + "' does not exist, or is not kept")
          .at(state);
    }
    return Side.of(item, release);
  }

  /** The newest below a number; nothing if there is none. */
  private static Side newest(State state, Named item, long below) {
    List<Release> found = Releases.page(state, item.namespace(), item.item(), below, 1).releases();
    return found.isEmpty() ? Side.nothing() : Side.of(item, found.get(0));
  }

  private static Uni<Answer> answer(State state, Named item, Side from, Side to, Wish wish) {
    boolean large = Work.isLarge(from.length() + to.length());
    return Uni.createFrom()
        .completionStage(
            () ->
                Work.run(large, () -> Answer.of(200, state).withJson(diff(item, from, to, wish))));
  }

  private static Diff diff(Named item, Side from, Side to, Wish wish) {
    ContentDiff diff = ContentDiff.between(item.item(), from.content, to.content);
    TextDiff lines = diff.lines();
    List<KeyChange> keys = diff.keys();
    return new Diff(
        item.namespace(),
        item.item(),
        from.release == null ? null : ReleaseLine.of(from.release),
        to.release == null ? null : ReleaseLine.of(to.release),
        diff.same(),
        lines == null ? null : lines.unified(from.name, to.name, wish.contextLines),
        lines == null || !wish.rows ? null : lines.rows().stream().map(Row::of).toList(),
        keys == null ? null : keys.stream().map(Key::of).toList());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
