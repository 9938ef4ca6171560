package dev.muster.door.rest;

import dev.muster.config.Configs;
import dev.muster.config.Namespaces;
import dev.muster.config.transfer.Bundle;
import dev.muster.config.transfer.BundleFormat;
import dev.muster.config.transfer.MusterArchive;
import dev.muster.config.transfer.TransferLimits;
import dev.muster.core.State;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
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

/** Many items at once: out of a namespace, into it, and from one to another. */
@Path("/api/v1/namespaces/{namespace}")
@Tag(name = "Configuration")
public class TransferResource {
  static final String IMPORT = "/import";

  private static final String ZIP = "application/zip";
  private static final String UNDER = "under";
  private static final String FORMAT = "format";
  private static final String ENVIRONMENT = "environment";
  private static final String SOURCE = "from";
  private static final String AUTO = "auto";
  private static final Set<String> EXPORT_PARAMETERS =
      Set.of(Query.CONSISTENCY, ConfigsResource.PREFIX);
  private static final Set<String> COPY_PARAMETERS =
      Set.of(
          SOURCE,
          ConfigsResource.PREFIX,
          TransferRequests.MODE,
          TransferRequests.DRY_RUN,
          TransferRequests.DIFF,
          ConfigProblems.AUTHOR,
          ConfigProblems.MESSAGE);
  private static final Set<String> IMPORT_PARAMETERS =
      Set.of(
          FORMAT,
          ENVIRONMENT,
          UNDER,
          TransferRequests.MODE,
          TransferRequests.DRY_RUN,
          TransferRequests.DIFF,
          ConfigProblems.AUTHOR,
          ConfigProblems.MESSAGE);

  private final TransferRequests requests;
  private final Reads reads;

  TransferResource(TransferRequests requests, Reads reads) {
    this.requests = requests;
    this.reads = reads;
  }

  // ---- out

  @GET
  @Path("/export")
  @Produces(ZIP)
  @Operation(
      operationId = "exportConfigs",
      summary = "Exports items as a zip archive: plain files, and muster.json about them",
      description = "As long as nothing changes in the namespace, the bytes are the same.")
  @Parameter(name = ConfigsResource.PREFIX, in = ParameterIn.QUERY)
  @APIResponse(
      responseCode = "200",
      description = "The archive",
      content =
          @Content(mediaType = ZIP, schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Uni<Answer> export(@Context RoutingContext context) {
    String namespace = ConfigProblems.namespace(RequestPath.of(context));
    Query query = Query.of(context, EXPORT_PARAMETERS);
    String prefix = query.text(ConfigsResource.PREFIX, "");
    return requests.inTurn(
        () ->
            reads
                .state(context, query)
                .flatMap(
                    state -> {
                      ConfigProblems.demand(state, namespace);
                      return TransferRequests.onWorker(() -> export(state, namespace, prefix));
                    }));
  }

  private static Answer export(State state, String namespace, String prefix) {
    byte[] zip =
        TransferRequests.reading(
            () ->
                MusterArchive.write(
                    Bundle.of(state, namespace, prefix),
                    namespace,
                    state.tree().subtreeRevision(Namespaces.configs(namespace))));
    return Answer.of(200, state)
        .withHeader("Content-Disposition", "attachment; filename=\"" + namespace + ".zip\"")
        .withBody(ZIP, Buffer.buffer(zip));
  }

  // ---- in

  @POST
  @Path(IMPORT)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "importConfigs",
      summary = "Takes items over from an archive",
      description =
          "Everything is checked before anything is written; then each item is published unless"
              + " somebody changed it meanwhile. `If-Match` with the `ETag` of a dry run: only if"
              + " the namespace is still as it was then.")
  @Parameter(
      name = FORMAT,
      in = ParameterIn.QUERY,
      description = "What the body is; found out if absent",
      schema =
          @Schema(
              type = SchemaType.STRING,
              enumeration = {"auto", "muster", "directory", "nacos", "consul", "apollo"},
              defaultValue = "auto"))
  @Parameter(
      name = ENVIRONMENT,
      in = ParameterIn.QUERY,
      description = "Which environment of an Apollo export",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = UNDER,
      in = ParameterIn.QUERY,
      description = "The folder that the items get into",
      schema = @Schema(type = SchemaType.STRING))
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.WILDCARD,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(
      responseCode = "200",
      description = "It is done, or would be",
      content = @Content(schema = @Schema(implementation = TransferRequests.Transfer.class)))
  public Uni<Answer> take(@Context RoutingContext context) {
    String namespace = ConfigProblems.namespace(RequestPath.of(context));
    Query query = Query.of(context, IMPORT_PARAMETERS);
    TransferRequests.Wish wish = TransferRequests.Wish.of(context, query, namespace);
    String under = query.text(UNDER, "");
    if (!under.isEmpty()) {
      Configs.path(namespace, under); // what is no path is refused before the body is read
    }
    String environment = query.text(ENVIRONMENT, "");
    BundleFormat format = format(query.text(FORMAT, AUTO));
    return requests.inTurn(
        () ->
            Bodies.bytes(context, TransferLimits.ARCHIVE_BYTES_MAX)
                .flatMap(body -> TransferRequests.onWorker(() -> read(body, format, environment)))
                .flatMap(
                    bundle ->
                        requests.transfer(
                            wish,
                            under.isEmpty() ? "" : under + '/',
                            state -> bundle.under(under),
                            state -> TransferRequests.revision(state, namespace))));
  }

  private static Bundle read(byte[] body, @Nullable BundleFormat format, String environment) {
    return TransferRequests.reading(
        () ->
            format == null
                ? BundleFormat.readAny(body, environment)
                : format.read(body, environment));
  }

  private static @Nullable BundleFormat format(String text) {
    return text.equals(AUTO)
        ? null
        : BundleFormat.of(text)
            .orElseThrow(
                () -> Query.invalid(FORMAT, "is auto, muster, directory, nacos, consul or apollo"));
  }

  // ---- from one to another

  @POST
  @Path("/copy")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "copyConfigs",
      summary = "Copies the items of another namespace into this one",
      description =
          "As an import of that namespace's export. The `ETag` of a dry run stands for both"
              + " namespaces.")
  @Parameter(
      name = SOURCE,
      in = ParameterIn.QUERY,
      required = true,
      description = "The namespace to copy from",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(name = ConfigsResource.PREFIX, in = ParameterIn.QUERY)
  @APIResponse(
      responseCode = "200",
      description = "It is done, or would be",
      content = @Content(schema = @Schema(implementation = TransferRequests.Transfer.class)))
  public Uni<Answer> copy(@Context RoutingContext context) {
    String namespace = ConfigProblems.namespace(RequestPath.of(context));
    Query query = Query.of(context, COPY_PARAMETERS);
    TransferRequests.Wish wish = TransferRequests.Wish.of(context, query, namespace);
    String source = query.text(SOURCE, "");
    if (!Namespaces.isName(source)) {
      throw Query.invalid(SOURCE, "is the name of the namespace to copy from");
    }
    if (source.equals(namespace)) {
      throw Query.invalid(SOURCE, "is another namespace than the one to copy to");
    }
    String prefix = query.text(ConfigsResource.PREFIX, "");
    return requests.inTurn(
        () ->
            requests.transfer(
                wish,
                prefix,
                state -> {
                  ConfigProblems.demand(state, source);
                  return Bundle.of(state, source, prefix);
                },
                state ->
                    Math.max(
                        TransferRequests.revision(state, namespace),
                        TransferRequests.revision(state, source))));
  }
}
