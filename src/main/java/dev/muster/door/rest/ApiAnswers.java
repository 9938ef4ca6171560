package dev.muster.door.rest;

import static dev.muster.door.rest.ApiSchemas.bytes;
import static dev.muster.door.rest.ApiSchemas.list;
import static dev.muster.door.rest.ApiSchemas.oneOf;
import static dev.muster.door.rest.ApiSchemas.ref;
import static dev.muster.door.rest.ApiSchemas.text;
import static dev.muster.door.rest.ApiSchemas.texts;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.muster.config.effective.Effective;
import dev.muster.config.effective.KeySearch;
import dev.muster.config.effective.Layers;
import dev.muster.discovery.Hosts;
import dev.muster.discovery.Protection;
import dev.muster.format.Format;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * What each operation answers with where all goes well. Resources name the record that their answer
 * is made of; here stands what has none, or has other forms beside.
 */
final class ApiAnswers {
  private static final String STREAM = "text/event-stream";

  /** The schemas of {@link ApiModel} by operation. */
  private static final Map<String, String> MODELS =
      Map.ofEntries(
          Map.entry("clusterStatus", "ClusterStatus"),
          Map.entry("clusterMembers", "Members"),
          Map.entry("clusterDigest", "ClusterDigest"),
          Map.entry("clusterSettings", "ClusterSettings"),
          Map.entry("setClusterSettings", "ClusterSettings"),
          Map.entry("deleteNamespace", "Deleted"),
          Map.entry("deleteConfig", "Deleted"),
          Map.entry("deleteSchema", "Deleted"),
          Map.entry("listServices", "ServicePage"),
          Map.entry("deleteService", "ServiceReset"),
          Map.entry("registerInstance", "InstanceRegistered"),
          Map.entry("getInstance", "InstanceDetail"),
          Map.entry("deregisterInstance", "InstanceRemoved"),
          Map.entry("drainInstance", "Drain"),
          Map.entry("getDrain", "Drain"),
          Map.entry("undrainInstance", "Drain"),
          Map.entry("renewLease", "LeaseRenewed"),
          Map.entry("endProtection", "ServiceProtectionEnded"),
          Map.entry("endProtectionOfZone", "ZoneProtectionEnded"),
          Map.entry("listSubscribers", "Subscribers"),
          Map.entry("confirmSubscription", "Confirmed"),
          Map.entry("openSession", "SessionOpened"),
          Map.entry("listSessions", "SessionPage"),
          Map.entry("getSession", "SessionDetail"),
          Map.entry("keepSession", "SessionKept"),
          Map.entry("closeSession", "SessionClosed"),
          Map.entry("writeNode", "NodeWritten"),
          Map.entry("deleteNode", "NodeDeleted"));

  private static final String OF_LEASES =
      "`kept` (`session`, `ttlSeconds`) as it begins; `moved` (`session`): another stream has taken"
          + " over; `ended` (`session`): the session is over; `problem` (as of an error). Comments"
          + " while there is nothing to tell.";

  /** What the streams tell, by operation. */
  private static final Map<String, String> EVENTS =
      Map.of(
          "listConfigs", "`put` (an `Item`), `delete` (`name`, `revision`)",
          "getConfig", "`put` (an `Item`), `delete` (`name`, `revision`)",
          "listServices", "`created`, `deleted` (`name`, `revision`)",
          "listInstances",
              "`created`, `changed` (an `Instance`), `deleted` (`id`, `revision`), `service`"
                  + " (`revision`): what is set for it has changed",
          "readNode",
              "`created`, `changed`, `attributes`, `deleted` (`path`, `revision`, `kind`; `version`"
                  + " and `bytes` of what is there)");

  private static final String OF_CHANGES =
      ". And `bookmark` (`revision`): seen up to here; `reset` (`oldest`): changes are no longer"
          + " all known, read again; `problem` (as of an error), then the end. The id of an event"
          + " is its revision: resume by it.";

  private static final Set<String> LEASE_STREAMS = Set.of("streamLease", "streamSession");

  /** Those that answers are made of, as they are encoded: what may be absent, is nullable. */
  private static final List<Class<? extends Record>> RECORDS =
      List.of(
          BatchAnswer.Changed.class,
          BatchAnswer.Changes.class,
          BulkResource.Result.class,
          BulkResource.Results.class,
          ConfigItemResource.ItemWritten.class,
          ConfigsResource.Item.class,
          ConfigsResource.ItemPage.class,
          DiffResource.Diff.class,
          DiffResource.Key.class,
          DiffResource.Row.class,
          DiffResource.Valued.class,
          EffectiveJson.ChangeLine.class,
          EffectiveJson.Configuration.class,
          EffectiveJson.LayerLine.class,
          EffectiveJson.PropertyLine.class,
          HistoriesResource.HistoryLine.class,
          HistoriesResource.HistoryPage.class,
          HistoryResource.History.class,
          HistoryResource.ReleaseLine.class,
          Hosts.Told.class,
          HostsResource.Host.class,
          HostsResource.HostPage.class,
          Effective.Overridden.class,
          Effective.Unresolved.class,
          KeySearch.Key.class,
          KeySearch.Place.class,
          KeySearch.User.class,
          KeysResource.AffectedLine.class,
          KeysResource.Keys.class,
          Layers.Ignored.class,
          MetadataResource.Metadata.class,
          NamespacesResource.Namespace.class,
          NamespacesResource.NamespacePage.class,
          NamespacesResource.NamespaceWritten.class,
          PingResource.Pong.class,
          PropertiesResource.PropertyShown.class,
          Protection.class,
          SchemaResource.SchemaWritten.class,
          SchemasResource.SchemaLine.class,
          SchemasResource.SchemaPage.class,
          TransferRequests.SkippedFile.class,
          TransferRequests.Step.class,
          TransferRequests.Transfer.class,
          ZonesResource.Zone.class,
          ZonesResource.ZonePage.class);

  private ApiAnswers() {}

  /** Says which fields of the records are always there. */
  static void describe(Components components) {
    for (Class<? extends Record> type : RECORDS) {
      Schema schema = find(components, type);
      for (RecordComponent component : type.getRecordComponents()) {
        if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
          schema.addRequired(field(component));
        }
      }
    }
    find(components, NamespacesResource.History.class)
        .addProperty("days", ApiSchemas.nullable(ApiSchemas.whole()).description("null: for ever"))
        .required(List.of("releasesMax", "days", "deletedDays"));
    ApiSchemas.find(components, "Service") // whose settings are unwrapped
        .required(
            List.of(
                "name",
                "revision",
                "owner",
                "description",
                "metadata",
                "protectionThreshold",
                "protectionMaxSeconds",
                "weights"));
  }

  /** Two records of the same name have a number behind it: their fields tell which is which. */
  private static Schema find(Components components, Class<? extends Record> type) {
    Set<String> fields = new HashSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      fields.add(field(component));
    }
    for (String suffix : List.of("", "1", "2")) {
      Schema schema = components.getSchemas().get(type.getSimpleName() + suffix);
      if (schema != null && schema.getProperties().keySet().equals(fields)) {
        return schema;
      }
    }
    throw new IllegalStateException("ApiAnswers: no schema of " + type);
  }

  private static String field(RecordComponent component) {
    JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
    return named == null ? component.getName() : named.value();
  }

  /**
   * Completes an operation's good answers.
   *
   * @throws IllegalStateException if it is not known what they are: enter it here, or name the
   *     record at the resource
   */
  static void describe(Operation operation) {
    String id = operation.getOperationId();
    for (Map.Entry<String, APIResponse> answer :
        operation.getResponses().getAPIResponses().entrySet()) {
      if (answer.getKey().startsWith("2")) {
        describe(id, answer.getValue());
      }
    }
  }

  private static void describe(String id, APIResponse answer) {
    Content special = special(id);
    String model = MODELS.get(id);
    if (special != null) {
      answer.setContent(special);
    } else if (model != null) {
      answer.setContent(content(Answer.JSON, ref(model)));
    }
    if (EVENTS.containsKey(id)) {
      stream(answer, EVENTS.get(id) + OF_CHANGES);
    }
    for (Map.Entry<String, MediaType> type : contents(answer).entrySet()) {
      Schema schema = type.getValue().getSchema();
      if (schema == null || (schema.getRef() != null && schema.getRef().endsWith("/Answer"))) {
        throw new IllegalStateException("ApiAnswers does not know what " + id + " answers");
      }
    }
  }

  private static Map<String, MediaType> contents(APIResponse answer) {
    Content content = answer.getContent();
    if (content == null || content.getMediaTypes().isEmpty()) {
      throw new IllegalStateException("An answer without content: " + answer.getDescription());
    }
    return content.getMediaTypes();
  }

  /** Answers that are something else than one JSON object. */
  private static @Nullable Content special(String id) {
    if (LEASE_STREAMS.contains(id)) {
      return content(STREAM, text().description("Events: " + OF_LEASES));
    }
    return switch (id) {
      case "listInstances" ->
          content(
              Answer.JSON,
              oneOf(ref("InstancePage"), ref("CompactInstances"))
                  .description("A page; compact with `form=compact`"));
      case "prometheusTargets" -> content(Answer.JSON, list(ref("PrometheusTarget")));
      case "getEffective" ->
          content(
                  Answer.JSON,
                  oneOf(
                      ref("Configuration"),
                      texts().description("With `as=flat`: the values by their keys")))
              .addMediaType(Format.PROPERTIES.contentType(), media(text()))
              .addMediaType(Format.YAML.contentType(), media(text()));
      case "readNode" ->
          content("application/octet-stream", bytes())
              .addMediaType(
                  Answer.JSON,
                  media(
                      oneOf(ref("NodeStat"), ref("NodeChildren"))
                          .description("With `stat=true`, with `children=true`")));
      default -> null;
    };
  }

  private static void stream(APIResponse answer, String events) {
    answer.getContent().addMediaType(STREAM, media(text().description("Events: " + events)));
  }

  private static Content content(String type, Schema schema) {
    return OASFactory.createContent().addMediaType(type, media(schema));
  }

  private static MediaType media(Schema schema) {
    return OASFactory.createMediaType().schema(schema);
  }
}
