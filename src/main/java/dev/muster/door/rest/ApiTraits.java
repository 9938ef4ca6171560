package dev.muster.door.rest;

import static dev.muster.door.rest.ApiTraits.Trait.BUDGET;
import static dev.muster.door.rest.ApiTraits.Trait.CHECKS;
import static dev.muster.door.rest.ApiTraits.Trait.COMPARES;
import static dev.muster.door.rest.ApiTraits.Trait.CONFLICTS;
import static dev.muster.door.rest.ApiTraits.Trait.CONTENT;
import static dev.muster.door.rest.ApiTraits.Trait.CREATES_IF;
import static dev.muster.door.rest.ApiTraits.Trait.EXPLAINS;
import static dev.muster.door.rest.ApiTraits.Trait.FILTERS;
import static dev.muster.door.rest.ApiTraits.Trait.FOLLOWS;
import static dev.muster.door.rest.ApiTraits.Trait.FORBIDS;
import static dev.muster.door.rest.ApiTraits.Trait.HEAD;
import static dev.muster.door.rest.ApiTraits.Trait.MEDIA_TYPE;
import static dev.muster.door.rest.ApiTraits.Trait.NAMES_IN_QUERY;
import static dev.muster.door.rest.ApiTraits.Trait.OF_CLIENT;
import static dev.muster.door.rest.ApiTraits.Trait.OF_PROPERTY;
import static dev.muster.door.rest.ApiTraits.Trait.PLANS;
import static dev.muster.door.rest.ApiTraits.Trait.POLLS;
import static dev.muster.door.rest.ApiTraits.Trait.PREFERS;
import static dev.muster.door.rest.ApiTraits.Trait.QUOTA;
import static dev.muster.door.rest.ApiTraits.Trait.READS;
import static dev.muster.door.rest.ApiTraits.Trait.SECRET;
import static dev.muster.door.rest.ApiTraits.Trait.SECRET_OF_SESSION;
import static dev.muster.door.rest.ApiTraits.Trait.SHOWS_LINES;
import static dev.muster.door.rest.ApiTraits.Trait.STREAMS;
import static dev.muster.door.rest.ApiTraits.Trait.WAITS;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each operation understands beyond its path and query, and refuses with. */
final class ApiTraits {
  /** With the header parameters and the answers that it brings; both name shared parts. */
  @SuppressWarnings("ImmutableEnumChecker") // List.of and Map.of are immutable
  enum Trait {
    READS(List.of("consistency", "minRevision"), Map.of("429", "TooMany")),
    POLLS(List.of("ifNoneMatch", "prefer"), Map.of("304", "NotModified")),
    WAITS(List.of("prefer"), Map.of()),
    FOLLOWS(List.of("clientName"), Map.of()),
    STREAMS(List.of("lastEventId"), Map.of("410", "Gone")),
    HEAD(List.of(), Map.of()),
    COMPARES(List.of("ifMatch"), Map.of("412", "PreconditionFailed")),
    CREATES_IF(List.of("ifAbsent"), Map.of("412", "PreconditionFailed")),
    CONTENT(List.of(), Map.of("408", "TooSlow", "413", "TooLarge")),
    MEDIA_TYPE(List.of(), Map.of("415", "UnsupportedMediaType")),
    SECRET(List.of("sessionSecret"), Map.of("403", "Forbidden")),
    SECRET_OF_SESSION(List.of("sessionSecretIfBound"), Map.of("403", "Forbidden")),
    FORBIDS(List.of(), Map.of("403", "Forbidden")),
    CONFLICTS(List.of(), Map.of("409", "Conflict")),
    CHECKS(List.of(), Map.of("422", "Unprocessable")),
    EXPLAINS(List.of("author", "message"), Map.of()),
    PLANS(List.of("mode", "dryRun", "diff"), Map.of()),
    SHOWS_LINES(List.of("context", "rows"), Map.of()),
    OF_CLIENT(List.of("profile", "clientLabels", "as", "resolve"), Map.of()),
    FILTERS(
        List.of(
            SelectionQuery.HEALTH, SelectionQuery.TAG, SelectionQuery.WHERE, SelectionQuery.PORT),
        Map.of()),
    PREFERS(
        List.of(
            SelectionQuery.ZONE,
            SelectionQuery.REGION,
            SelectionQuery.SPILL_BELOW,
            SelectionQuery.SUBSET,
            SelectionQuery.CLIENT,
            InstancesResource.FORM),
        Map.of()),
    OF_PROPERTY(List.of("propertyKey"), Map.of()),
    NAMES_IN_QUERY(List.of(), Map.of("404", "NotFound")),
    QUOTA(List.of(), Map.of("429", "TooMany")),
    BUDGET(List.of(), Map.of("507", "DataBudget"));

    private final List<String> parameters;
    private final Map<String, String> answers;

    Trait(List<String> parameters, Map<String, String> answers) {
      this.parameters = parameters;
      this.answers = answers;
    }

    List<String> parameters() {
      return parameters;
    }

    /** By status. */
    Map<String, String> answers() {
      return answers;
    }
  }

  private static final Map<String, Set<Trait>> TRAITS =
      Map.ofEntries(
          Map.entry("clusterStatus", EnumSet.of(READS)),
          Map.entry("clusterMembers", EnumSet.noneOf(Trait.class)),
          Map.entry("clusterDigest", EnumSet.of(READS)),
          Map.entry("clusterSettings", EnumSet.of(READS)),
          Map.entry("setClusterSettings", EnumSet.of(CONTENT, MEDIA_TYPE)),
          Map.entry("listNamespaces", EnumSet.of(READS, POLLS)),
          Map.entry("getNamespace", EnumSet.of(READS, POLLS)),
          Map.entry(
              "putNamespace",
              EnumSet.of(COMPARES, CREATES_IF, CONTENT, MEDIA_TYPE, CONFLICTS, BUDGET)),
          Map.entry("deleteNamespace", EnumSet.of(COMPARES, CONFLICTS)),
          Map.entry("listConfigs", EnumSet.of(READS, POLLS, STREAMS)),
          Map.entry("getConfig", EnumSet.of(READS, POLLS, STREAMS, HEAD)),
          Map.entry(
              "putConfig",
              EnumSet.of(
                  COMPARES, CREATES_IF, CONTENT, MEDIA_TYPE, CONFLICTS, CHECKS, BUDGET, EXPLAINS)),
          Map.entry(
              "patchConfig",
              EnumSet.of(COMPARES, CONTENT, MEDIA_TYPE, CONFLICTS, CHECKS, BUDGET, EXPLAINS)),
          Map.entry("deleteConfig", EnumSet.of(COMPARES, CONFLICTS, EXPLAINS)),
          Map.entry("pollConfigs", EnumSet.of(READS, WAITS, CONTENT, MEDIA_TYPE)),
          Map.entry("getMetadata", EnumSet.of(READS, POLLS)),
          Map.entry(
              "putMetadata",
              EnumSet.of(COMPARES, CONTENT, MEDIA_TYPE, CONFLICTS, BUDGET, EXPLAINS)),
          Map.entry("getProperty", EnumSet.of(READS, CHECKS, OF_PROPERTY)),
          Map.entry(
              "putProperty",
              EnumSet.of(
                  COMPARES, CONTENT, MEDIA_TYPE, CONFLICTS, CHECKS, BUDGET, EXPLAINS, OF_PROPERTY)),
          Map.entry(
              "deleteProperty",
              EnumSet.of(COMPARES, CONFLICTS, CHECKS, BUDGET, EXPLAINS, OF_PROPERTY)),
          Map.entry("listSchemas", EnumSet.of(READS, POLLS)),
          Map.entry("getSchema", EnumSet.of(READS, POLLS)),
          Map.entry(
              "putSchema",
              EnumSet.of(COMPARES, CREATES_IF, CONTENT, MEDIA_TYPE, CONFLICTS, CHECKS, BUDGET)),
          Map.entry("deleteSchema", EnumSet.of(COMPARES, CONFLICTS)),
          Map.entry("listHistories", EnumSet.of(READS, POLLS)),
          Map.entry("listReleases", EnumSet.of(READS, POLLS)),
          Map.entry(
              "rollBackConfig",
              EnumSet.of(COMPARES, CREATES_IF, CONFLICTS, CHECKS, BUDGET, EXPLAINS)),
          Map.entry("getEffective", EnumSet.of(READS, POLLS, CHECKS, OF_CLIENT)),
          Map.entry("previewEffective", EnumSet.of(READS, CONTENT, MEDIA_TYPE, CHECKS, OF_CLIENT)),
          Map.entry("findKeys", EnumSet.of(READS)),
          Map.entry("diffReleases", EnumSet.of(READS, SHOWS_LINES)),
          Map.entry("diffConfig", EnumSet.of(READS, CONTENT, MEDIA_TYPE, SHOWS_LINES)),
          Map.entry("exportConfigs", EnumSet.of(READS, QUOTA, CHECKS)),
          Map.entry(
              "importConfigs",
              EnumSet.of(COMPARES, CONTENT, CONFLICTS, QUOTA, BUDGET, CHECKS, EXPLAINS, PLANS)),
          Map.entry(
              "copyConfigs",
              EnumSet.of(COMPARES, CONFLICTS, QUOTA, BUDGET, CHECKS, EXPLAINS, PLANS)),
          Map.entry("listServices", EnumSet.of(READS, POLLS, STREAMS)),
          Map.entry("listInstances", EnumSet.of(READS, POLLS, STREAMS, FILTERS, PREFERS, FOLLOWS)),
          Map.entry("prometheusTargets", EnumSet.of(READS, POLLS, FILTERS, NAMES_IN_QUERY)),
          Map.entry("getService", EnumSet.of(READS, POLLS)),
          Map.entry(
              "putService",
              EnumSet.of(COMPARES, CREATES_IF, CONTENT, MEDIA_TYPE, CONFLICTS, BUDGET)),
          Map.entry("deleteService", EnumSet.of(COMPARES, CONFLICTS)),
          Map.entry("putWeights", EnumSet.of(COMPARES, CONTENT, MEDIA_TYPE, CONFLICTS, BUDGET)),
          Map.entry("listSubscribers", EnumSet.noneOf(Trait.class)),
          Map.entry("confirmSubscription", EnumSet.of(CONTENT, MEDIA_TYPE)),
          Map.entry("drainInstance", EnumSet.of(WAITS, CONFLICTS, QUOTA)),
          Map.entry("getDrain", EnumSet.of(READS)),
          Map.entry("undrainInstance", EnumSet.of(CONFLICTS)),
          Map.entry("listZones", EnumSet.of(READS)),
          Map.entry("endProtectionOfZone", EnumSet.noneOf(Trait.class)),
          Map.entry("listHosts", EnumSet.of(READS, POLLS)),
          Map.entry("beginMaintenance", EnumSet.of(CONTENT, MEDIA_TYPE, CONFLICTS, BUDGET)),
          Map.entry("endMaintenance", EnumSet.of(CONFLICTS)),
          Map.entry("bulkInstances", EnumSet.of(CONTENT, MEDIA_TYPE, SECRET_OF_SESSION)),
          Map.entry("getInstance", EnumSet.of(READS, POLLS)),
          Map.entry(
              "registerInstance",
              EnumSet.of(CONTENT, MEDIA_TYPE, SECRET_OF_SESSION, CONFLICTS, QUOTA, BUDGET)),
          Map.entry("renewLease", EnumSet.of(CONTENT, MEDIA_TYPE, CONFLICTS)),
          Map.entry("streamLease", EnumSet.of(CONFLICTS, QUOTA)),
          Map.entry("endProtection", EnumSet.noneOf(Trait.class)),
          Map.entry("deregisterInstance", EnumSet.of(COMPARES, CONFLICTS)),
          Map.entry("openSession", EnumSet.of(CONTENT, MEDIA_TYPE, CONFLICTS, QUOTA)),
          Map.entry("listSessions", EnumSet.of(READS)),
          Map.entry("getSession", EnumSet.of(READS)),
          Map.entry("streamSession", EnumSet.of(SECRET, QUOTA)),
          Map.entry("keepSession", EnumSet.of(SECRET)),
          Map.entry("closeSession", EnumSet.of(SECRET)),
          Map.entry("readNode", EnumSet.of(READS, POLLS, STREAMS, HEAD)),
          Map.entry(
              "writeNode",
              EnumSet.of(
                  COMPARES, CREATES_IF, CONTENT, SECRET_OF_SESSION, CONFLICTS, QUOTA, BUDGET)),
          Map.entry("deleteNode", EnumSet.of(COMPARES, FORBIDS, CONFLICTS)));

  private ApiTraits() {}

  /** An operation's; a new one has to be entered here, or the build fails. */
  static Set<Trait> of(String operationId) {
    Set<Trait> traits = TRAITS.get(operationId);
    if (traits == null) {
      throw new IllegalStateException("ApiTraits does not know the operation " + operationId);
    }
    return traits;
  }
}
