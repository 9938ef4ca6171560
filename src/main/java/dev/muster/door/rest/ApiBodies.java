package dev.muster.door.rest;

import static dev.muster.door.rest.ApiSchemas.field;
import static dev.muster.door.rest.ApiSchemas.flag;
import static dev.muster.door.rest.ApiSchemas.health;
import static dev.muster.door.rest.ApiSchemas.list;
import static dev.muster.door.rest.ApiSchemas.maybe;
import static dev.muster.door.rest.ApiSchemas.nullable;
import static dev.muster.door.rest.ApiSchemas.object;
import static dev.muster.door.rest.ApiSchemas.oneOf;
import static dev.muster.door.rest.ApiSchemas.ref;
import static dev.muster.door.rest.ApiSchemas.text;
import static dev.muster.door.rest.ApiSchemas.texts;
import static dev.muster.door.rest.ApiSchemas.whole;
import static dev.muster.door.rest.ApiSchemas.word;

import dev.muster.config.ConfigLimits;
import dev.muster.config.Namespaces;
import dev.muster.config.Watchlist;
import dev.muster.config.effective.EffectiveLimits;
import dev.muster.core.Limits;
import dev.muster.discovery.DiscoveryLimits;
import dev.muster.discovery.Port;
import dev.muster.discovery.check.CheckLimits;
import dev.muster.discovery.check.CheckSpec;
import dev.muster.door.rest.ApiSchemas.Field;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * What request bodies must have and how large it may be, which their records do not tell: those
 * take what is missing or too large as well, to say what would be right.
 */
final class ApiBodies {
  private static final long MILLIS = 1_000;

  private ApiBodies() {}

  static void describe(Components components) {
    describeChecks(components);
    describeBulk(components);
    Body instance =
        new Body(components, "InstanceBody")
            .requires("address")
            .has("address", text(DiscoveryLimits.ADDRESS_LENGTH_MAX).minLength(1))
            .has("port", port())
            .has("ports", list(ref("PortBody"), DiscoveryLimits.PORTS_MAX))
            .has("weight", whole(0, DiscoveryLimits.WEIGHT_MAX))
            .has("zone", text(DiscoveryLimits.PLACE_LENGTH_MAX))
            .has("region", text(DiscoveryLimits.PLACE_LENGTH_MAX))
            .has("version", text(DiscoveryLimits.VERSION_BYTES_MAX))
            .has(
                "tags",
                list(
                    text(DiscoveryLimits.TAG_BYTES_MAX).pattern("^[^,]*$"),
                    DiscoveryLimits.TAGS_MAX))
            .has("metadata", metadata())
            .has("checks", list(ref("Check"), CheckLimits.CHECKS_MAX))
            .has("graceSeconds", whole(0, DiscoveryLimits.GRACE_MILLIS_MAX / MILLIS));
    instance.has("ttlSeconds", ttlSeconds());
    new Body(components, "PortBody")
        .requires("name", "port")
        .has("name", text().pattern(Port.NAME_PATTERN))
        .has("port", port())
        .has("protocol", text().pattern(Port.PROTOCOL_PATTERN));
    new Body(components, "Heartbeat")
        .requires("status")
        .has("status", status())
        .has("output", text());
    new Body(components, "Maintenance")
        .requires("reason")
        .has("reason", text(DiscoveryLimits.MAINTENANCE_BYTES_MAX).minLength(1));
    new Body(components, "ServiceBody")
        .has("owner", text(DiscoveryLimits.OWNER_BYTES_MAX))
        .has("description", text(DiscoveryLimits.DESCRIPTION_BYTES_MAX))
        .has("metadata", metadata())
        .has(
            "protectionThreshold",
            ApiSchemas.number().exclusiveMinimum(BigDecimal.ZERO).maximum(BigDecimal.ONE))
        .has(
            "protectionMaxSeconds",
            whole(
                DiscoveryLimits.PROTECTION_MILLIS_MIN / MILLIS,
                DiscoveryLimits.PROTECTION_MILLIS_MAX / MILLIS))
        .has("weights", list(ref("Weight"), DiscoveryLimits.WEIGHT_RULES_MAX));
    new Body(components, "Weight")
        .requires("where", "weight")
        .has("weight", whole(0, DiscoveryLimits.WEIGHT_MAX));
    new Body(components, "Weights")
        .requires("weights")
        .has("weights", list(ref("Weight"), DiscoveryLimits.WEIGHT_RULES_MAX));
    new Body(components, "ConfirmationBody")
        .requires("revision")
        .has("revision", whole(0, Long.MAX_VALUE));
    new Body(components, "Opening")
        .has("ttlSeconds", ttlSeconds())
        .has("owner", text(Limits.SESSION_OWNER_BYTES_MAX));
    new Body(components, "SettingsBody")
        .requires("dataBudgetBytes")
        .has("dataBudgetBytes", whole(Limits.DATA_BUDGET_BYTES_MIN, Limits.DATA_BUDGET_BYTES_MAX));
    describeConfigs(components);
  }

  private static void describeConfigs(Components components) {
    new Body(components, "NamespaceBody")
        .has("description", text(Namespaces.DESCRIPTION_BYTES_MAX))
        .has("instancesMax", whole(0, Namespaces.INSTANCES_MAX_MAX));
    new Body(components, "HistoryBody")
        .has("releasesMax", whole(1, ConfigLimits.RELEASES_KEPT_MAX))
        .has(
            "days", nullable(whole(1, ConfigLimits.HISTORY_DAYS_MAX)).description("null: for ever"))
        .has("deletedDays", whole(1, ConfigLimits.HISTORY_DAYS_MAX));
    new Body(components, "MetadataBody")
        .has("owner", text(ConfigLimits.OWNER_BYTES_MAX))
        .has("description", text(ConfigLimits.DESCRIPTION_BYTES_MAX))
        .has("labels", texts().maxProperties(ConfigLimits.LABELS_MAX));
    new Body(components, "PollBody")
        .requires("items")
        .has("items", list(ref("Known"), Watchlist.ITEMS_MAX));
    new Body(components, "Known").requires("namespace", "name");
    new Body(components, "PreviewBody")
        .requires("changes")
        .has("changes", list(ref("ItemChange"), EffectiveLimits.PREVIEW_CHANGES_MAX));
    new Body(components, "ItemChange").requires("item");
  }

  /** Their entries are read one by one, so that no record has them all. */
  private static void describeBulk(Components components) {
    Field service = field("service", name());
    Field id = field("id", name());
    components.addSchema("ToRegister", object(service, id, field("instance", ref("InstanceBody"))));
    components.addSchema(
        "ToRenew", object(service, id, maybe("status", status()), maybe("output", text())));
    components.addSchema("ToDeregister", object(service, id));
    new Body(components, "BulkBody")
        .has("register", list(ref("ToRegister"), DiscoveryLimits.BULK_MAX))
        .has("renew", list(ref("ToRenew"), DiscoveryLimits.BULK_MAX))
        .has("deregister", list(ref("ToDeregister"), DiscoveryLimits.BULK_MAX));
  }

  private static void describeChecks(Components components) {
    components.addSchema(
        "HttpCheck",
        check(
            "http",
            maybe("scheme", word("http", "https")),
            maybe("path", text(CheckLimits.PATH_BYTES_MAX)),
            maybe("method", word(CheckSpec.Http.METHODS.stream().sorted().toArray(String[]::new))),
            maybe("headers", texts().maxProperties(CheckLimits.HEADERS_MAX)),
            maybe("expectedStatus", text().description("Such as `200-299,304`")),
            maybe("bodyContains", text(CheckLimits.BODY_CONTAINS_BYTES_MAX)),
            maybe("tls", ref("CheckTls"))));
    components.addSchema("TcpCheck", check("tcp"));
    components.addSchema(
        "GrpcCheck",
        check(
            "grpc",
            maybe("service", text(CheckLimits.GRPC_SERVICE_BYTES_MAX)),
            maybe("tls", ref("CheckTls"))));
    components.addSchema(
        "CheckTls",
        object(
                maybe("verify", flag()),
                maybe("serverName", text(CheckLimits.SERVER_NAME_LENGTH_MAX)),
                maybe("ca", text(CheckLimits.CA_BYTES_MAX).description("PEM")))
            .description("Of an HTTP check, only with the scheme https"));
    components.addSchema(
        "Check",
        oneOf(ref("HttpCheck"), ref("TcpCheck"), ref("GrpcCheck"))
            .description("See docs/health-checks.md")
            .discriminator(
                OASFactory.createDiscriminator()
                    .propertyName("type")
                    .addMapping("http", "#/components/schemas/HttpCheck")
                    .addMapping("tcp", "#/components/schemas/TcpCheck")
                    .addMapping("grpc", "#/components/schemas/GrpcCheck")));
  }

  /** With what all kinds of checks have in common. */
  private static Schema check(String type, Field... own) {
    List<Field> fields = new ArrayList<>();
    fields.add(field("id", text(CheckLimits.ID_LENGTH_MAX).minLength(1)));
    fields.add(field("type", word(type)));
    fields.add(
        maybe(
            "port",
            oneOf(port(), text())
                .description("A number, or the name of one of the instance's ports")));
    fields.add(
        maybe(
            "intervalSeconds",
            whole(
                CheckLimits.INTERVAL_MILLIS_MIN / MILLIS,
                CheckLimits.INTERVAL_MILLIS_MAX / MILLIS)));
    fields.add(
        maybe(
            "timeoutMillis",
            whole(CheckLimits.TIMEOUT_MILLIS_MIN, CheckLimits.TIMEOUT_MILLIS_MAX)));
    fields.add(maybe("healthyThreshold", whole(1, CheckLimits.THRESHOLD_MAX)));
    fields.add(maybe("unhealthyThreshold", whole(1, CheckLimits.THRESHOLD_MAX)));
    fields.add(maybe("initial", health()));
    fields.add(maybe("secondOpinion", flag()));
    fields.addAll(List.of(own));
    return object(fields);
  }

  private static Schema port() {
    return whole(DiscoveryLimits.PORT_MIN, DiscoveryLimits.PORT_MAX);
  }

  private static Schema ttlSeconds() {
    return whole(Limits.SESSION_TTL_MILLIS_MIN / MILLIS, Limits.SESSION_TTL_MILLIS_MAX / MILLIS);
  }

  private static Schema status() {
    return word("pass", "warn", "fail");
  }

  private static Schema name() {
    return text(DiscoveryLimits.NAME_LENGTH_MAX).pattern(DiscoveryLimits.NAME_PATTERN);
  }

  private static Schema metadata() {
    return texts().maxProperties(DiscoveryLimits.METADATA_MAX);
  }

  /** A schema that was made of a record, to be told more of. */
  private record Body(Schema schema) {
    Body(Components components, String name) {
      this(ApiSchemas.find(components, name));
    }

    Body requires(String... fields) {
      for (String field : fields) {
        demand(field);
        schema.addRequired(field);
      }
      return this;
    }

    Body has(String field, Schema what) {
      demand(field);
      schema.addProperty(field, what);
      return this;
    }

    /** A field that the record no longer has must not be described on. */
    private void demand(String field) {
      if (!schema.getProperties().containsKey(field)) {
        throw new IllegalStateException("ApiBodies: no record has the field " + field);
      }
    }
  }
}
