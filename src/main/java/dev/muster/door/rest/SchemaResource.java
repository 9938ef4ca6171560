package dev.muster.door.rest;

import dev.muster.config.ConfigLimits;
import dev.muster.config.Outcome;
import dev.muster.config.Precondition;
import dev.muster.config.Schemas;
import dev.muster.config.Schemas.Schema;
import dev.muster.core.Bytes;
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
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The JSON Schema of an item, or of all items below a folder. */
@Path("/api/v1/namespaces/{namespace}/schemas/{target:.+}")
@Tag(name = "Configuration")
@Produces(MediaType.APPLICATION_JSON)
public class SchemaResource {
  private static final String SCHEMA_JSON = "application/schema+json";
  private static final String SCOPE = "scope";
  private static final String EXISTING = "existing";
  private static final Set<String> PUT_PARAMETERS = Set.of(SCOPE, EXISTING);

  private final Schemas schemas;
  private final LongPolls polls;

  SchemaResource(Schemas schemas, LongPolls polls) {
    this.schemas = schemas;
    this.polls = polls;
  }

  /** What became of a write. */
  public record SchemaWritten(
      String namespace, String target, String scope, long revision, String result) {}

  private record Target(String namespace, String name) {
    static Target of(RoutingContext context) {
      RequestPath path = RequestPath.of(context);
      return new Target(ConfigProblems.namespace(path), path.from(5));
    }
  }

  @GET
  @Operation(operationId = "getSchema", summary = "Reads a schema; long-polls")
  @APIResponse(
      responseCode = "200",
      description = "The schema as it was sent; `Muster-Schema-Scope` says what it covers",
      content =
          @Content(
              mediaType = SCHEMA_JSON,
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      type = SchemaType.OBJECT)))
  public Uni<Answer> get(@Context RoutingContext context) {
    Target target = Target.of(context);
    return polls.answer(
        context,
        Query.of(context, Set.of(Query.CONSISTENCY)),
        new Look.At(Scope.NODE, Schemas.of(target.namespace, target.name)),
        state -> {
          Schema schema = Schemas.find(state, target.namespace, target.name);
          if (schema == null) {
            ConfigProblems.demand(state, target.namespace);
            Problem unknown =
                new Problem(Code.UNKNOWN_SCHEMA, "there is no schema of '" + target.name + "'");
            return new Look.Seen(EntityTag.ABSENT, () -> Problems.answer(unknown));
          }
          return new Look.Seen(
              schema.node().stat().modifiedRevision(),
              () ->
                  Answer.of(200)
                      .withHeader("Muster-Schema-Scope", schema.scope().text())
                      .withContent(SCHEMA_JSON, schema.node().data()));
        });
  }

  @PUT
  @Operation(
      operationId = "putSchema",
      summary = "Sets the schema of an item, or of all items below a folder",
      description =
          "Refused with 409 `items-violate-schema` if items that are there violate it, unless"
              + " `existing=allow`: then they must satisfy it when they are published next.")
  @Parameter(
      name = SCOPE,
      in = ParameterIn.QUERY,
      description =
          "`item` (default): the item of this name; `prefix`: all items below the folder of it",
      schema =
          @org.eclipse.microprofile.openapi.annotations.media.Schema(
              type = SchemaType.STRING,
              enumeration = {"item", "prefix"}))
  @Parameter(
      name = EXISTING,
      in = ParameterIn.QUERY,
      description = "`check` (default) or `allow`: whether items that are there may violate it",
      schema =
          @org.eclipse.microprofile.openapi.annotations.media.Schema(
              type = SchemaType.STRING,
              enumeration = {"check", "allow"}))
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = SCHEMA_JSON,
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      type = SchemaType.OBJECT)))
  @APIResponse(
      responseCode = "200",
      description = "It was replaced, or was so already",
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = SchemaWritten.class)))
  @APIResponse(
      responseCode = "201",
      description = "It was created",
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = SchemaWritten.class)))
  public Uni<Answer> put(@Context RoutingContext context) {
    Target target = Target.of(context);
    Query query = Query.of(context, PUT_PARAMETERS);
    Schemas.Scope scope =
        switch (query.text(SCOPE, "item")) {
          case "item" -> Schemas.Scope.ITEM;
          case "prefix" -> Schemas.Scope.PREFIX;
          default -> throw Query.invalid(SCOPE, "is item or prefix");
        };
    boolean allowed =
        switch (query.text(EXISTING, "check")) {
          case "check" -> false;
          case "allow" -> true;
          default -> throw Query.invalid(EXISTING, "is check or allow");
        };
    Precondition precondition = ConfigProblems.precondition(context);
    MediaTypes.demandUnlessDefault(
        Headers.single(context, HttpHeaders.CONTENT_TYPE), SCHEMA_JSON, MediaType.APPLICATION_JSON);
    return Bodies.bytes(context, ConfigLimits.SCHEMA_BYTES_MAX)
        .flatMap(
            json ->
                Uni.createFrom()
                    .completionStage(
                        () ->
                            schemas.put(
                                target.namespace,
                                target.name,
                                scope,
                                Bytes.wrap(json),
                                allowed,
                                precondition)))
        .map(outcome -> written(outcome, target, scope));
  }

  private static Answer written(Outcome outcome, Target target, Schemas.Scope scope) {
    if (outcome instanceof Outcome.Refused refused) {
      throw ConfigProblems.of(refused);
    }
    Outcome.Written written = (Outcome.Written) outcome;
    long revision = written.stat().modifiedRevision();
    return Answer.of(ConfigProblems.status(written))
        .withRevision(written.revision())
        .withEtag(revision)
        .withJson(
            new SchemaWritten(
                target.namespace,
                target.name,
                scope.text(),
                revision,
                ConfigProblems.result(written)));
  }

  @DELETE
  @Operation(operationId = "deleteSchema", summary = "Deletes a schema")
  @APIResponse(responseCode = "200", description = "It is gone")
  public Uni<Answer> delete(@Context RoutingContext context) {
    Query.of(context, Set.of());
    Target target = Target.of(context);
    Precondition precondition = ConfigProblems.precondition(context);
    return Uni.createFrom()
        .completionStage(() -> schemas.delete(target.namespace, target.name, precondition))
        .map(outcome -> ConfigProblems.deleted(outcome, target.name));
  }
}
