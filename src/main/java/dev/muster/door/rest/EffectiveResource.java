package dev.muster.door.rest;

import dev.muster.config.Configs;
import dev.muster.config.ItemMetadata;
import dev.muster.config.Namespaces;
import dev.muster.config.Outcome;
import dev.muster.config.effective.Effective;
import dev.muster.config.effective.EffectiveConfigs;
import dev.muster.config.effective.EffectiveDiff;
import dev.muster.config.effective.EffectiveException;
import dev.muster.config.effective.Layers;
import dev.muster.config.effective.Preview;
import dev.muster.core.Bytes;
import dev.muster.core.Node;
import dev.muster.core.State;
import dev.muster.format.Format;
import dev.muster.format.PropertyText;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.function.Supplier;
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

/** What an application is configured with, merged from all items that apply to it. */
@Path("/api/v1/namespaces/{namespace}/effective/{app:.+}")
@Tag(name = "Configuration")
@Produces(MediaType.APPLICATION_JSON)
public class EffectiveResource {
  private final Configs items;
  private final EffectiveConfigs configs;
  private final LongPolls polls;
  private final Reads reads;
  private final EncodedAnswers encoded;

  EffectiveResource(
      Configs items,
      EffectiveConfigs configs,
      LongPolls polls,
      Reads reads,
      EncodedAnswers encoded) {
    this.items = items;
    this.configs = configs;
    this.polls = polls;
    this.reads = reads;
    this.encoded = encoded;
  }

  @GET
  @Operation(
      operationId = "getEffective",
      summary = "Shows what an application is configured with; long-polls",
      description =
          "The items that apply, one above the other, merged by key, references resolved: see"
              + " docs/effective-configuration.md.")
  @APIResponse(
      responseCode = "200",
      description = "The configuration",
      content = @Content(schema = @Schema(implementation = EffectiveJson.Configuration.class)))
  @APIResponse(responseCode = "422", description = "The items contradict themselves")
  public Uni<Answer> get(@Context RoutingContext context) {
    EffectiveQuestion question = EffectiveQuestion.of(context, false);
    Look.At where = new Look.At(Scope.SUBTREE, Namespaces.configs(question.client().namespace()));
    return polls.answer(context, question.query(), where, look(question));
  }

  private Look look(EffectiveQuestion question) {
    return new Look() {
      @Override
      public Seen at(State state) {
        ConfigProblems.demand(state, question.client().namespace());
        return seen(state, computed(state, () -> configs.layers(state, question.client())));
      }

      @Override
      public @Nullable Seen atOnce(State state) {
        ConfigProblems.demand(state, question.client().namespace());
        Layers layers = computed(state, () -> configs.layersAtOnce(state, question.client()));
        return layers == null ? null : seen(state, layers);
      }

      private Seen seen(State state, Layers layers) {
        return new Seen(
            layers.revision(),
            EffectiveConfigs.isLong(layers) && !isEncoded(state, question),
            () -> answer(state, question, layers));
      }
    };
  }

  private boolean isEncoded(State state, EffectiveQuestion question) {
    Node node = state.tree().find(Namespaces.configs(question.client().namespace()));
    return node != null && encoded.knows(question.key(), node);
  }

  private static <T extends @Nullable Object> T computed(State state, Supplier<T> work) {
    try {
      return work.get();
    } catch (EffectiveException refused) {
      throw EffectiveProblems.of(refused, state);
    }
  }

  private static Effective merge(State state, EffectiveQuestion question, Layers layers) {
    return computed(state, () -> EffectiveConfigs.merge(layers, question.resolve()));
  }

  private Answer answer(State state, EffectiveQuestion question, Layers layers) {
    Node node = state.tree().find(Namespaces.configs(question.client().namespace()));
    if (node == null) {
      throw ConfigProblems.unknownNamespace(question.client().namespace()).at(state);
    }
    byte[] bytes =
        encoded.bytes(
            question.key(),
            node,
            () -> {
              Effective effective = merge(state, question, layers);
              return question.form() == EffectiveQuestion.Form.JSON
                  ? Json.encode(EffectiveJson.of(question.client(), effective, state.revision()))
                  : content(question.form(), effective);
            });
    return answer(question.form(), bytes);
  }

  private static Answer answer(EffectiveQuestion.Form form, byte[] bytes) {
    return switch (form) {
      case JSON -> Answer.of(200).withJson(bytes);
      case PROPERTIES ->
          Answer.of(200).withContent(Format.PROPERTIES.contentType(), Bytes.wrap(bytes));
      case YAML -> Answer.of(200).withContent(Format.YAML.contentType(), Bytes.wrap(bytes));
      case FLAT -> Answer.of(200).withContent(Answer.JSON, Bytes.wrap(bytes));
    };
  }

  private static byte[] content(EffectiveQuestion.Form form, Effective effective) {
    return switch (form) {
      case PROPERTIES -> PropertyText.properties(effective.values());
      case YAML -> PropertyText.yaml(effective.values());
      case FLAT, JSON -> PropertyText.json(effective.values());
    };
  }

  @POST
  @Operation(
      operationId = "previewEffective",
      summary = "Shows what a GET would answer after changes; nothing is written")
  @Parameter(
      name = EffectiveQuestion.DIFF,
      in = ParameterIn.QUERY,
      description = "Tells the keys that change, before and after; of `as=json`",
      schema = @Schema(type = SchemaType.BOOLEAN))
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = PreviewBody.class)))
  @APIResponse(
      responseCode = "200",
      description = "The configuration as it would be",
      content = @Content(schema = @Schema(implementation = EffectiveJson.Configuration.class)))
  @APIResponse(responseCode = "422", description = "The items would contradict themselves")
  public Uni<Answer> preview(@Context RoutingContext context) {
    EffectiveQuestion question = EffectiveQuestion.of(context, true);
    return Bodies.json(context, PreviewBody.class, RestLimits.BODY_BYTES_MAX)
        .flatMap(
            body ->
                reads
                    .state(context, question.query())
                    .flatMap(state -> Workers.run(true, () -> preview(state, question, body))));
  }

  private Answer preview(State state, EffectiveQuestion question, PreviewBody body) {
    String namespace = question.client().namespace();
    ConfigProblems.demand(state, namespace);
    List<Preview.Edit> edits = body.edits();
    edits.forEach(edit -> demandPublishable(state, namespace, edit));
    Preview.Outcome tried = Preview.of(state, namespace, edits);
    if (tried.unknown() != null) {
      throw new Problem(
              Code.UNKNOWN_ITEM, "there is no item '" + tried.unknown() + "' that could be deleted")
          .with("item", tried.unknown())
          .at(state);
    }
    if (tried.refused() != null) {
      throw Problems.of(tried.refused()).at(state);
    }
    Layers layers =
        computed(tried.state(), () -> configs.layersOnce(tried.state(), question.client()));
    Effective after = merge(state, question, layers);
    if (question.form() != EffectiveQuestion.Form.JSON) {
      return answer(question.form(), content(question.form(), after))
          .withRevision(state.revision());
    }
    EffectiveJson.Configuration shown =
        EffectiveJson.of(question.client(), after, state.revision());
    return Answer.of(200, state)
        .withJson(question.diff() ? compared(state, question, after, shown) : shown);
  }

  private void demandPublishable(State state, String namespace, Preview.Edit edit) {
    if (edit.content() != null) {
      Outcome.Refused refused =
          items.fault(state, namespace, edit.item(), edit.content(), ItemMetadata.NONE);
      if (refused != null) {
        throw ConfigProblems.of(refused, edit.item()).at(state);
      }
    }
  }

  private EffectiveJson.Configuration compared(
      State state, EffectiveQuestion question, Effective after, EffectiveJson.Configuration shown) {
    try {
      Effective before =
          EffectiveConfigs.merge(configs.layers(state, question.client()), question.resolve());
      return EffectiveJson.with(
          shown, EffectiveDiff.between(before, after), null, state.revision());
    } catch (EffectiveException refused) {
      return EffectiveJson.with(shown, null, refused.detail(), state.revision());
    }
  }
}
