package dev.muster.door.rest;

import static dev.muster.door.rest.ApiSchemas.field;
import static dev.muster.door.rest.ApiSchemas.flag;
import static dev.muster.door.rest.ApiSchemas.health;
import static dev.muster.door.rest.ApiSchemas.list;
import static dev.muster.door.rest.ApiSchemas.maybe;
import static dev.muster.door.rest.ApiSchemas.nullable;
import static dev.muster.door.rest.ApiSchemas.number;
import static dev.muster.door.rest.ApiSchemas.object;
import static dev.muster.door.rest.ApiSchemas.ref;
import static dev.muster.door.rest.ApiSchemas.text;
import static dev.muster.door.rest.ApiSchemas.texts;
import static dev.muster.door.rest.ApiSchemas.whole;
import static dev.muster.door.rest.ApiSchemas.word;

import dev.muster.door.rest.ApiSchemas.Field;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * The schemas of the JSON in answers that no record is the model of: it is put together by hand, or
 * copied from what is stored. A test compares them with real answers.
 */
final class ApiModel {
  private ApiModel() {}

  static void describe(Components components) {
    describeInstances(components);
    describeServices(components);
    describeSubscribers(components);
    describeSessions(components);
    describeTree(components);
    describeCluster(components);
    components.addSchema(
        "Deleted",
        object(field("name", text()), field("revision", whole()), field("result", text())));
  }

  private static void describeInstances(Components components) {
    components.addSchema("Instance", object(instance(false)));
    components.addSchema("InstanceDetail", object(instance(true)));
    components.addSchema(
        "HealthOfComponent",
        object(field("health", health()), field("sinceMillis", whole()), field("output", text())));
    components.addSchema(
        "HealthChange",
        object(
            field("atMillis", whole()),
            field("health", health()),
            field("component", text()),
            field("reason", text())));
    components.addSchema(
        "InstancePage",
        object(
            field("service", text()),
            maybe("protected", ref("Protection")),
            field("instances", list(ref("Instance"))),
            maybe("next", text())));
    components.addSchema("CompactInstances", compact());
    components.addSchema(
        "InstanceRegistered",
        object(
            field("id", text()),
            field("revision", whole()),
            maybe("session", text()),
            maybe("ttlSeconds", number())));
    components.addSchema(
        "LeaseRenewed",
        object(
            field("id", text()),
            field("session", text()),
            field("ttlSeconds", number()),
            maybe("heldBackSeconds", whole())));
    components.addSchema(
        "PrometheusTarget", object(field("targets", list(text())), field("labels", texts())));
  }

  /**
   * @param detailed with what only an answer about this one alone tells
   */
  private static List<Field> instance(boolean detailed) {
    List<Field> fields = new ArrayList<>();
    fields.add(field("id", text()));
    fields.add(field("revision", whole()));
    fields.add(field("createdRevision", whole()));
    fields.add(maybe("session", text()));
    fields.add(maybe("ttlSeconds", number()));
    fields.add(field("health", health()));
    fields.add(maybe("kept", flag()));
    fields.add(maybe("keptBy", word("service", "zone")));
    fields.add(maybe("draining", flag()));
    fields.add(maybe("drainingSinceMillis", whole()));
    fields.add(maybe("maintenance", text()));
    if (detailed) {
      fields.add(maybe("flapping", flag()));
      fields.add(
          field(
              "components",
              OASFactory.createSchema()
                  .addType(Schema.SchemaType.OBJECT)
                  .additionalPropertiesSchema(ref("HealthOfComponent"))));
      fields.add(field("history", list(ref("HealthChange"))));
    }
    fields.add(field("address", text()));
    fields.add(field("port", whole()));
    fields.add(maybe("ports", list(ref("PortBody"))));
    fields.add(field("weight", whole()));
    fields.add(maybe("zone", text()));
    fields.add(maybe("region", text()));
    fields.add(maybe("version", text()));
    fields.add(field("tags", list(text())));
    fields.add(field("metadata", texts()));
    fields.add(maybe("graceSeconds", whole()));
    if (detailed) {
      fields.add(maybe("checks", list(ref("Check"))));
    }
    return fields;
  }

  private static Schema compact() {
    Schema endpoint =
        OASFactory.createSchema()
            .addType(Schema.SchemaType.ARRAY)
            .description("id, address, port, weight, zone")
            .minItems(5)
            .maxItems(5)
            .prefixItems(List.of(text(), text(), whole(), whole(), nullable(text())));
    return object(field("service", text()), field("endpoints", list(endpoint)));
  }

  private static void describeServices(Components components) {
    components.addSchema(
        "ServiceLine",
        object(
            field("name", text()),
            field("instances", whole()),
            field("passing", whole()),
            maybe("protected", ref("Protection")),
            field("revision", whole())));
    components.addSchema(
        "ServicePage",
        object(
            field("services", list(ref("ServiceLine"))),
            field("total", whole()),
            maybe("next", text())));
    components.addSchema("ServiceReset", changed("name"));
    components.addSchema("InstanceRemoved", changed("id"));
    components.addSchema("ServiceProtectionEnded", changed("service"));
    components.addSchema("ZoneProtectionEnded", changed("zone"));
  }

  private static Schema changed(String name) {
    return object(field(name, text()), field("revision", whole()));
  }

  private static void describeSubscribers(Components components) {
    components.addSchema(
        "Subscriber",
        object(
            maybe("client", text()),
            field("kind", word("poll", "stream")),
            field("address", text()),
            field("userAgent", text()),
            field("query", text()),
            field("node", text()),
            maybe("confirmed", whole()),
            maybe("told", whole()),
            field("connected", flag()),
            field("heardSecondsAgo", whole())));
    components.addSchema(
        "Subscribers",
        object(
            field("service", text()),
            field("subscribers", list(ref("Subscriber"))),
            field("total", whole()),
            field("notKept", whole()),
            field("silentNodes", list(text()))));
    components.addSchema("Confirmed", object(field("client", text()), field("confirmed", whole())));
    components.addSchema(
        "Drain",
        object(
            field("id", text()),
            field("draining", flag()),
            maybe("drainingSinceMillis", whole()),
            field("revision", whole()),
            maybe("drained", flag()),
            maybe("unconfirmed", list(ref("Subscriber"))),
            maybe("unconfirmedTotal", whole()),
            maybe("notKept", whole()),
            maybe("silentNodes", list(text()))));
  }

  private static void describeSessions(Components components) {
    components.addSchema(
        "SessionOpened",
        object(
            field("id", text()),
            field("secret", text()),
            field("ttlSeconds", number()),
            field("revision", whole())));
    components.addSchema("SessionKept", object(field("id", text()), field("ttlSeconds", number())));
    components.addSchema("SessionClosed", changed("id"));
    List<Field> session =
        List.of(
            field("id", text()),
            field("owner", text()),
            field("ttlSeconds", number()),
            field("openedMillis", whole()),
            field("nodes", whole()),
            maybe("millisLeft", whole()));
    components.addSchema("Session", object(session));
    components.addSchema("SessionDetail", object(plus(session, field("paths", list(text())))));
    components.addSchema(
        "SessionPage",
        object(
            field("sessions", list(ref("Session"))),
            field("total", whole()),
            maybe("next", text())));
  }

  private static void describeTree(Components components) {
    List<Field> life =
        List.of(
            field("kind", word("persistent", "ephemeral", "ttl", "container")),
            maybe("session", text()),
            maybe("ttlSeconds", number()));
    List<Field> stat = new ArrayList<>();
    for (String name :
        List.of(
            "createdRevision",
            "createdMillis",
            "modifiedRevision",
            "modifiedMillis",
            "childrenRevision",
            "childrenMillis",
            "version",
            "attributesVersion",
            "childrenCreated")) {
      stat.add(field(name, whole()));
    }
    stat.addAll(life);
    components.addSchema("Stat", object(stat));
    components.addSchema(
        "NodeStat",
        object(
            plus(
                stat,
                field("path", text()),
                field("subtreeRevision", whole()),
                field("bytes", whole()),
                field("children", whole()),
                field("attributes", texts()))));
    components.addSchema(
        "NodeLine",
        object(
            plus(
                life,
                field("name", text()),
                field("modifiedRevision", whole()),
                field("version", whole()),
                field("bytes", whole()),
                field("children", whole()))));
    components.addSchema(
        "NodeChildren",
        object(
            field("path", text()),
            field("children", list(ref("NodeLine"))),
            field("total", whole()),
            maybe("next", text())));
    components.addSchema(
        "NodeWritten",
        object(field("path", text()), field("revision", whole()), field("stat", ref("Stat"))));
    components.addSchema("NodeDeleted", changed("path"));
  }

  private static void describeCluster(Components components) {
    components.addSchema(
        "Member",
        object(
            field("name", text()),
            field("leader", flag()),
            field("reachable", flag()),
            maybe("lag", whole())));
    components.addSchema("Members", object(field("members", list(ref("Member")))));
    components.addSchema(
        "ClusterStatus",
        object(
            field("node", text()),
            field("ready", flag()),
            field("leader", nullable(text()).description("null: none known")),
            field("term", whole()),
            field("revision", whole()),
            field("commitPosition", whole()),
            field("appliedPosition", whole()),
            field("logBytes", whole()),
            field("snapshotBytes", whole()),
            field("nodes", whole()),
            field("sessions", whole()),
            field("dataBytes", whole()),
            field("dataBudgetBytes", whole()),
            field("members", list(ref("Member")))));
    components.addSchema(
        "ClusterDigest",
        object(
            field("node", text()),
            field("applied", whole()),
            field("revision", whole()),
            field("chain", text()),
            field("sha256", text())));
    components.addSchema(
        "ClusterSettings",
        object(field("dataBudgetBytes", whole()), field("features", list(text()))));
  }

  private static List<Field> plus(List<Field> some, Field... others) {
    List<Field> all = new ArrayList<>(some);
    all.addAll(List.of(others));
    return all;
  }
}
