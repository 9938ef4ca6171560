package dev.muster.door.rest;

import dev.muster.config.Configs;
import dev.muster.config.Precondition;
import dev.muster.config.Publication;
import dev.muster.core.Limits;
import dev.muster.door.rest.ConfigItemResource.ItemWritten;
import dev.muster.door.rest.ConfigItemResource.Named;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Changes of a part of an item's content. */
@Path("/api/v1/namespaces/{namespace}/configs/{item:.+}")
@Tag(name = "Configuration")
public class ConfigPatchResource {
  static final String MERGE_PATCH = "application/merge-patch+json";

  private final Configs configs;

  ConfigPatchResource(Configs configs) {
    this.configs = configs;
  }

  @PATCH
  @Operation(
      operationId = "patchConfig",
      summary = "Changes members of an item of JSON or YAML",
      description =
          "A JSON merge patch (RFC 7396): what it does not name stays as it is. Patches of several"
              + " writers at once all happen, one after the other. `inPlace` tells whether what was"
              + " not changed, comments included, is written as it was.")
  @RequestBody(
      required = true,
      content = @Content(mediaType = MERGE_PATCH, schema = @Schema(type = SchemaType.OBJECT)))
  @APIResponse(
      responseCode = "200",
      description = "It was changed, or was so already",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ItemWritten.class)))
  public Uni<Answer> patch(@Context RoutingContext context) {
    Publication publication =
        ConfigProblems.publication(Query.of(context, ConfigProblems.WRITE_PARAMETERS));
    Named name = Named.of(context);
    Configs.path(name.namespace(), name.item());
    Precondition precondition = ConfigProblems.precondition(context);
    MediaTypes.demand(
        Headers.single(context, HttpHeaders.CONTENT_TYPE), "Accept-Patch", MERGE_PATCH);
    return Bodies.bytes(context, Limits.NODE_DATA_BYTES_MAX)
        .flatMap(
            patch ->
                Uni.createFrom()
                    .completionStage(
                        () ->
                            configs.patch(
                                name.namespace(), name.item(), patch, publication, precondition)))
        .map(outcome -> ConfigItemResource.written(outcome, name, true));
  }
}
