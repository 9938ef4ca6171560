package dev.muster.door.rest;

import dev.muster.config.ConfigLimits;
import dev.muster.config.Configs;
import dev.muster.config.Precondition;
import dev.muster.config.Publication;
import dev.muster.config.Work;
import dev.muster.core.Node;
import dev.muster.core.State;
import dev.muster.door.rest.ConfigItemResource.ItemWritten;
import dev.muster.door.rest.ConfigItemResource.Named;
import dev.muster.format.Document;
import dev.muster.format.Format;
import dev.muster.format.FormatException;
import dev.muster.format.Property;
import dev.muster.format.SingleProperty;
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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** One property of an item, by its dotted key. */
@Path("/api/v1/namespaces/{namespace}/properties/{item:.+}")
@Tag(name = "Configuration")
@Produces(MediaType.APPLICATION_JSON)
public class PropertiesResource {
  static final String KEY = "key";
  private static final Set<String> GET_PARAMETERS = Set.of(Query.CONSISTENCY, KEY);
  private static final Set<String> WRITE_PARAMETERS =
      Set.of(KEY, ConfigProblems.AUTHOR, ConfigProblems.MESSAGE);

  private final Configs configs;
  private final Reads reads;

  PropertiesResource(Configs configs, Reads reads) {
    this.configs = configs;
    this.reads = reads;
  }

  /** A property as clients see it. */
  public record PropertyShown(
      String namespace,
      String name,
      String key,
      String value,
      String kind,
      int line,
      long revision) {}

  @GET
  @Operation(
      operationId = "getProperty",
      summary = "Shows one property of an item",
      description = "Of YAML, JSON, TOML, HOCON, XML and properties.")
  @APIResponse(
      responseCode = "200",
      description = "The property",
      content = @Content(schema = @Schema(implementation = PropertyShown.class)))
  public Uni<Answer> get(@Context RoutingContext context) {
    Named name = Named.of(context);
    Configs.path(name.namespace(), name.item());
    Query query = Query.of(context, GET_PARAMETERS);
    String key = key(query);
    return reads
        .state(context, query)
        .flatMap(
            state -> {
              Node node = Configs.find(state, name.namespace(), name.item());
              if (node == null) {
                ConfigProblems.demand(state, name.namespace());
                throw ConfigItemResource.unknown(name).at(state);
              }
              boolean large = Work.isLarge(node.data().length());
              return Uni.createFrom()
                  .completionStage(() -> Work.run(large, () -> show(state, name, node, key)));
            });
  }

  private static Answer show(State state, Named name, Node node, String key) {
    Format format = dev.muster.config.Content.of(node).format(name.item());
    if (!format.isStructured()) {
      throw new Problem(
              Code.UNSUPPORTED_FORMAT,
              "the item '"
                  + name.item()
                  + "' is "
                  + Configs.contentType(node)
                  + ", which has no properties")
          .with("format", format.contentType())
          .at(state);
    }
    Property property;
    try {
      property = SingleProperty.get(Document.parse(format, node.data().array()), key).orElse(null);
    } catch (FormatException unclear) {
      throw new Problem(Code.UNSUPPORTED_FORMAT, String.valueOf(unclear.getMessage()))
          .with("problems", unclear.problems())
          .at(state);
    }
    if (property == null) {
      throw new Problem(
              Code.UNKNOWN_PROPERTY, "the item '" + name.item() + "' has no property '" + key + "'")
          .at(state);
    }
    long revision = node.stat().modifiedRevision();
    return Answer.of(200, state)
        .withEtag(revision)
        .withJson(
            new PropertyShown(
                name.namespace(),
                name.item(),
                property.key(),
                property.value(),
                property.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                property.line(),
                revision));
  }

  private static String key(Query query) {
    String key = query.text(KEY);
    if (key == null || key.isEmpty() || key.length() > ConfigLimits.PROPERTY_KEY_CHARS_MAX) {
      throw Query.invalid(
          KEY,
          "is the property's dotted key, 1 to "
              + ConfigLimits.PROPERTY_KEY_CHARS_MAX
              + " characters");
    }
    return key;
  }

  /** What a write names, whatever it does there. */
  private record Write(Named name, String key, Publication publication, Precondition precondition) {
    static Write of(RoutingContext context) {
      Query query = Query.of(context, WRITE_PARAMETERS);
      Named name = Named.of(context);
      Configs.path(name.namespace(), name.item());
      return new Write(
          name,
          PropertiesResource.key(query),
          ConfigProblems.publication(query),
          ConfigProblems.precondition(context));
    }
  }

  @PUT
  @Operation(
      operationId = "putProperty",
      summary = "Sets one property of an item; all else stays as it is written",
      description =
          "Of properties, YAML and JSON; one that is not there is added. Several writers at once all"
              + " succeed, one after the other.")
  @RequestBody(
      required = true,
      content =
          @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = SchemaType.STRING)))
  @APIResponse(
      responseCode = "200",
      description = "It was set, or was so already",
      content = @Content(schema = @Schema(implementation = ItemWritten.class)))
  public Uni<Answer> put(@Context RoutingContext context) {
    Write write = Write.of(context);
    MediaTypes.demandUnlessDefault(
        Headers.single(context, HttpHeaders.CONTENT_TYPE), MediaType.TEXT_PLAIN);
    return Bodies.bytes(context, ConfigLimits.PROPERTY_VALUE_BYTES_MAX)
        .map(PropertiesResource::text)
        .flatMap(
            value ->
                Uni.createFrom()
                    .completionStage(
                        () ->
                            configs.setProperty(
                                write.name.namespace(),
                                write.name.item(),
                                write.key,
                                value,
                                write.publication,
                                write.precondition)))
        .map(outcome -> ConfigItemResource.written(outcome, write.name));
  }

  @DELETE
  @Operation(
      operationId = "deleteProperty",
      summary = "Removes one property of an item; all else stays as it is written",
      description = "Of properties, YAML and JSON, and no element of a list.")
  @APIResponse(
      responseCode = "200",
      description = "It was removed",
      content = @Content(schema = @Schema(implementation = ItemWritten.class)))
  public Uni<Answer> delete(@Context RoutingContext context) {
    Write write = Write.of(context);
    return Uni.createFrom()
        .completionStage(
            () ->
                configs.removeProperty(
                    write.name.namespace(),
                    write.name.item(),
                    write.key,
                    write.publication,
                    write.precondition))
        .map(outcome -> ConfigItemResource.written(outcome, write.name));
  }

  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException malformed) {
      throw new Problem(Code.INVALID_CONTENT, "the value is not UTF-8");
    }
  }
}
