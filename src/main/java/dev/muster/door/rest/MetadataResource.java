package dev.muster.door.rest;

import dev.muster.config.Configs;
import dev.muster.config.ItemMetadata;
import dev.muster.config.Precondition;
import dev.muster.config.Publication;
import dev.muster.core.Node;
import dev.muster.door.rest.ConfigItemResource.ItemWritten;
import dev.muster.door.rest.ConfigItemResource.Named;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What is known of an item beside its content: owner, description, labels. */
@Path("/api/v1/namespaces/{namespace}/metadata/{item:.+}")
@Tag(name = "Configuration")
@Produces(MediaType.APPLICATION_JSON)
public class MetadataResource {
  private final Configs configs;
  private final LongPolls polls;

  MetadataResource(Configs configs, LongPolls polls) {
    this.configs = configs;
    this.polls = polls;
  }

  /** What a client writes: all of it; what is absent is none. */
  public record MetadataBody(
      @Nullable String owner,
      @Nullable String description,
      @Nullable Map<String, @Nullable String> labels) {

    ItemMetadata metadata() {
      TreeMap<String, String> all = new TreeMap<>();
      if (labels != null) {
        labels.forEach(
            (name, value) -> {
              if (value == null) {
                throw new Problem(
                        Code.INVALID_FIELD, "the field 'labels." + name + "' needs a text")
                    .with("field", "labels." + name);
              }
              all.put(name, value);
            });
      }
      return new ItemMetadata(
          owner == null ? "" : owner, description == null ? "" : description, all);
    }
  }

  /** What is known of an item. */
  public record Metadata(
      String namespace,
      String name,
      String owner,
      String description,
      Map<String, String> labels,
      long revision) {
    static Metadata of(Named name, Node node) {
      ItemMetadata metadata = ItemMetadata.of(node.attributes());
      return new Metadata(
          name.namespace(),
          name.item(),
          metadata.owner(),
          metadata.description(),
          metadata.labels(),
          node.stat().modifiedRevision());
    }
  }

  @GET
  @Operation(operationId = "getMetadata", summary = "Shows an item's metadata; long-polls")
  @APIResponse(
      responseCode = "200",
      description = "The metadata",
      content = @Content(schema = @Schema(implementation = Metadata.class)))
  public Uni<Answer> get(@Context RoutingContext context) {
    Named name = Named.of(context);
    Look.At where = new Look.At(Scope.NODE, Configs.path(name.namespace(), name.item()));
    return polls.answer(
        context,
        Query.of(context, Set.of(Query.CONSISTENCY)),
        where,
        state -> {
          Node node = Configs.find(state, name.namespace(), name.item());
          if (node == null) {
            ConfigProblems.demand(state, name.namespace());
            return new Look.Seen(
                EntityTag.ABSENT, () -> Problems.answer(ConfigItemResource.unknown(name)));
          }
          return new Look.Seen(
              node.stat().modifiedRevision(),
              () -> Answer.of(200).withJson(Metadata.of(name, node)));
        });
  }

  @PUT
  @Operation(
      operationId = "putMetadata",
      summary = "Replaces an item's owner, description and labels",
      description = "Makes a release `described` with the same content.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = MetadataBody.class)))
  @APIResponse(
      responseCode = "200",
      description = "It was replaced, or was so already",
      content = @Content(schema = @Schema(implementation = ItemWritten.class)))
  public Uni<Answer> put(@Context RoutingContext context) {
    Publication publication =
        ConfigProblems.publication(Query.of(context, ConfigProblems.WRITE_PARAMETERS));
    Named name = Named.of(context);
    Configs.path(name.namespace(), name.item());
    Precondition precondition = ConfigProblems.precondition(context);
    return Bodies.json(context, MetadataBody.class)
        .flatMap(
            body ->
                Uni.createFrom()
                    .completionStage(
                        () ->
                            configs.describe(
                                name.namespace(),
                                name.item(),
                                body.metadata(),
                                publication,
                                precondition)))
        .map(outcome -> ConfigItemResource.written(outcome, name));
  }
}
