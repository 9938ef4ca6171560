package dev.muster.door.rest;

import dev.muster.config.Namespaces;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jspecify.annotations.Nullable;

/**
 * What all operations have in common in the OpenAPI document: problem answers, headers, the
 * parameters of reads. Resources name these parts by {@code ref}.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ApiDocument implements OASFilter {
  private static final String API = "/api/v1/";

  private static final Pattern IN_PATH = Pattern.compile("\\{([A-Za-z]+)[^}]*}");

  /** What resources answer and bodies are read as, seen from within: not what is on the wire. */
  private static final List<String> INTERNALS =
      List.of(
          "Answer",
          "Buffer",
          "ByteBuf",
          "Bytes",
          "ConsumerRoutingContext",
          "JsonNode",
          "JsonNodeType");

  /** The problem answers that resources may name, by status. */
  private static final Map<String, String> PROBLEMS =
      Map.ofEntries(
          Map.entry("BadRequest", "Malformed request: path, parameter, header, body or limit"),
          Map.entry(
              "Forbidden", "Another secret than the session's, or a path that is not written here"),
          Map.entry("NotFound", "It does not exist"),
          Map.entry("Conflict", "It is not in the state that this needs"),
          Map.entry("Gone", "Changes since that revision are no longer all known"),
          Map.entry("PreconditionFailed", "Another revision than demanded"),
          Map.entry("TooSlow", "The body did not come in time"),
          Map.entry("TooLarge", "The body passes its limit"),
          Map.entry("UnsupportedMediaType", "The body's Content-Type is not taken here"),
          Map.entry("Unprocessable", "The content is not what it has to be; `problems` says where"),
          Map.entry("TooMany", "As many waiting requests or objects as allowed"),
          Map.entry("InternalError", "An unexpected error"),
          Map.entry("DataBudget", "The cluster's data budget is used up"),
          Map.entry(
              "Unavailable",
              "No quorum, or a revision not reached in time; for writes, `outcome` tells whether"
                  + " it certainly did not happen (`not-done`) or may have (`unknown`)"));

  @Override
  public void filterOpenAPI(OpenAPI document) {
    Components components =
        document.getComponents() == null ? OASFactory.createComponents() : document.getComponents();
    document.setComponents(components);
    describeParts(components);
    if (document.getPaths() == null) {
      return;
    }
    ApiModel.describe(components);
    ApiBodies.describe(components);
    ApiAnswers.describe(components);
    INTERNALS.forEach(components::removeSchema);
    for (Map.Entry<String, PathItem> path : document.getPaths().getPathItems().entrySet()) {
      if (path.getKey().startsWith(API) && !path.getKey().equals(API + "ping")) {
        PathItem item = path.getValue();
        item.getOperations()
            .values()
            .forEach(operation -> complete(path.getKey(), operation, components));
        Operation get = item.getGET();
        if (get != null && ApiTraits.of(get.getOperationId()).contains(ApiTraits.Trait.HEAD)) {
          item.setHEAD(head(get));
        }
      }
    }
  }

  private static void complete(String path, Operation operation, Components components) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    Matcher inPath = IN_PATH.matcher(path);
    while (inPath.find()) {
      String name = inPath.group(1);
      parameters.put(name, known(name, components, pathParameter(name, null)));
    }
    List<Parameter> declared = operation.getParameters();
    for (Parameter parameter : declared == null ? List.<Parameter>of() : declared) {
      parameters.put(parameter.getName(), known(parameter.getName(), components, parameter));
    }
    Map<String, String> problems = new LinkedHashMap<>();
    problems.put("400", "BadRequest");
    problems.put("500", "InternalError");
    problems.put("503", "Unavailable");
    if (path.contains("{")) {
      problems.put("404", "NotFound");
    }
    for (ApiTraits.Trait trait : ApiTraits.of(operation.getOperationId())) {
      problems.putAll(trait.answers());
      trait
          .parameters()
          .forEach(name -> parameters.put(name, OASFactory.createParameter().ref(name)));
    }
    operation.setParameters(List.copyOf(parameters.values()));
    ApiAnswers.describe(operation);
    problems.forEach(
        (status, name) -> {
          if (!operation.getResponses().hasAPIResponse(status)) {
            operation
                .getResponses()
                .addAPIResponse(status, OASFactory.createAPIResponse().ref(name));
          }
        });
    operation
        .getResponses()
        .getAPIResponses()
        .forEach(
            (status, response) -> {
              if (response.getRef() == null && status.startsWith("2")) {
                response.addHeader("Muster-Revision", header("Muster-Revision"));
                response.addHeader("ETag", header("ETag"));
              }
            });
  }

  /** As the GET, but for streams and contents. */
  private static Operation head(Operation get) {
    APIResponse found =
        OASFactory.createAPIResponse()
            .description("It exists; the headers that a GET would have")
            .addHeader("Muster-Revision", header("Muster-Revision"))
            .addHeader("ETag", header("ETag"));
    APIResponses answers = OASFactory.createAPIResponses();
    get.getResponses().getAPIResponses().forEach(answers::addAPIResponse);
    answers.removeAPIResponse("410");
    answers.addAPIResponse("200", found);
    return OASFactory.createOperation()
        .operationId(get.getOperationId() + "Head")
        .summary("As the GET, without its content")
        .tags(get.getTags())
        .parameters(
            get.getParameters().stream()
                .filter(
                    parameter ->
                        parameter.getRef() == null
                            || !parameter.getRef().matches(".*/(from|lastEventId)"))
                .toList())
        .responses(answers);
  }

  /** A parameter that is described once for all, if this is one that does not tell of itself. */
  private static Parameter known(String name, Components components, Parameter otherwise) {
    Map<String, Parameter> all = components.getParameters();
    Parameter shared = all == null ? null : all.get(name);
    return otherwise.getDescription() == null
            && shared != null
            && shared.getIn() == otherwise.getIn()
        ? OASFactory.createParameter().ref(name)
        : otherwise;
  }

  private static Header header(String name) {
    return OASFactory.createHeader().ref(name);
  }

  private static void describeParts(Components components) {
    components.addSchema("Problem", problemSchema());
    PROBLEMS.forEach(
        (name, description) -> components.addResponse(name, problemResponse(description)));
    components.addResponse(
        "NotModified",
        OASFactory.createAPIResponse()
            .description("The client has it already; of a long poll, nothing changed in time")
            .addHeader("ETag", header("ETag"))
            .addHeader("Muster-Revision", header("Muster-Revision")));
    components.addHeader(
        "Muster-Revision",
        OASFactory.createHeader()
            .description("The revision of the state that the answer was made from")
            .schema(integer(null)));
    components.addHeader(
        "ETag",
        OASFactory.createHeader()
            .description("The revision that last modified it, in quotes; for If-Match and the like")
            .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING)));
    components.addParameter(
        "namespace", pathParameter("namespace", "A namespace's name: " + Namespaces.NAME_RULE));
    components.addParameter(
        "item",
        pathParameter(
            "item", "A hierarchical name; slashes separate segments and are sent as they are"));
    query(components, "limit", "How many at most", integer(RestLimits.PAGE_ITEMS_MAX));
    query(components, "cursor", "`next` of the page before", string());
    query(components, "from", "A stream begins after this revision", integer(null));
    query(
        components,
        "consistency",
        "`local` (default): what this node has applied; `linearizable`: all that was acknowledged"
            + " anywhere before",
        string().enumeration(List.of("local", "linearizable")));
    ApiParameters.describe(components);
    describeWriteHeaders(components);
    headerParameter(
        components,
        "minRevision",
        Headers.MIN_REVISION,
        "This node answers once it has applied this revision",
        integer(null));
    headerParameter(
        components,
        "clientName",
        Subscriptions.CLIENT,
        "The name of the client, which no other has: whoever drains an instance waits for it, and is"
            + " told of it",
        string());
    headerParameter(
        components, "ifNoneMatch", "If-None-Match", "The entity tag that the client has", string());
    headerParameter(
        components,
        "prefer",
        "Prefer",
        "`wait=30`: a long poll, of a GET with If-None-Match; at most "
            + RestLimits.WAIT_SECONDS_MAX
            + " seconds",
        string());
  }

  private static void describeWriteHeaders(Components components) {
    headerParameter(
        components,
        "ifMatch",
        "If-Match",
        "`\"17\"`: only if revision 17 modified it last; `*`: only if it exists",
        string());
    headerParameter(
        components,
        "ifAbsent",
        "If-None-Match",
        "`*`: only if it does not exist; not together with If-Match",
        string().enumeration(List.of("*")));
    headerParameter(
        components,
        "lastEventId",
        Headers.LAST_EVENT_ID,
        "Of a stream, as `from`, which it overrides: the id of the last event that was seen",
        integer(null));
    headerParameter(
        components,
        "sessionSecretIfBound",
        SessionSecrets.HEADER,
        "The secret of the session that it shall belong to; needed if one is named",
        string());
    components.addParameter(
        "sessionSecret",
        OASFactory.createParameter()
            .name(SessionSecrets.HEADER)
            .in(Parameter.In.HEADER)
            .required(true)
            .description("The session's secret, shown when it was opened")
            .schema(string()));
  }

  private static APIResponse problemResponse(String description) {
    return OASFactory.createAPIResponse()
        .description(description)
        .content(
            OASFactory.createContent()
                .addMediaType(
                    Answer.PROBLEM_JSON,
                    OASFactory.createMediaType().schema(OASFactory.createSchema().ref("Problem"))));
  }

  private static Schema problemSchema() {
    return OASFactory.createSchema()
        .addType(Schema.SchemaType.OBJECT)
        .description("RFC 9457; `code` is stable, see docs/errors.md")
        .addProperty("type", string())
        .addProperty("title", string())
        .addProperty("status", integer(null))
        .addProperty(
            "code",
            string().enumeration(Arrays.stream(Code.values()).<Object>map(Code::text).toList()))
        .addProperty("detail", string())
        .required(List.of("title", "status", "code", "detail"));
  }

  private static Parameter pathParameter(String name, @Nullable String description) {
    return OASFactory.createParameter()
        .name(name)
        .in(Parameter.In.PATH)
        .required(true)
        .description(description)
        .schema(string());
  }

  static void query(Components components, String name, String description, Schema schema) {
    components.addParameter(
        name,
        OASFactory.createParameter()
            .name(name)
            .in(Parameter.In.QUERY)
            .description(description)
            .schema(schema));
  }

  private static void headerParameter(
      Components components, String key, String name, String description, Schema schema) {
    components.addParameter(
        key,
        OASFactory.createParameter()
            .name(name)
            .in(Parameter.In.HEADER)
            .description(description)
            .schema(schema));
  }

  static Schema string() {
    return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
  }

  static Schema integer(@Nullable Integer max) {
    Schema schema = OASFactory.createSchema().addType(Schema.SchemaType.INTEGER).format("int64");
    return max == null ? schema : schema.maximum(BigDecimal.valueOf(max));
  }
}
