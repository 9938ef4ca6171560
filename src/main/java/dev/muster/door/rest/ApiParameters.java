package dev.muster.door.rest;

import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** The query parameters of traits: those that several operations take and mean the same by. */
final class ApiParameters {
  private ApiParameters() {}

  static void describe(Components components) {
    ApiDocument.query(
        components,
        ConfigProblems.AUTHOR,
        "Who changes it; kept in its history",
        ApiDocument.string());
    ApiDocument.query(
        components,
        ConfigProblems.MESSAGE,
        "Why it is changed; kept in its history. Of imports and copies, where it comes from if"
            + " absent",
        ApiDocument.string());
    ApiDocument.query(
        components,
        ConfigsResource.PREFIX,
        "Only items whose names begin so",
        ApiDocument.string());
    ApiDocument.query(
        components,
        TransferRequests.MODE,
        "`mirror` deletes the items that the source lacks; `merge` (default) lets them be",
        ApiDocument.string().enumeration(List.of("merge", "mirror")));
    ApiDocument.query(
        components, TransferRequests.DRY_RUN, "Only tells what would be done", flag());
    ApiDocument.query(
        components, TransferRequests.DIFF, "With what changes in each text, as `unified`", flag());
    ApiDocument.query(
        components,
        DiffResource.CONTEXT,
        "Equal lines around each change of `unified`; 3 if absent",
        ApiDocument.integer(DiffResource.CONTEXT_LINES_MAX));
    ApiDocument.query(
        components, DiffResource.ROWS, "With all lines side by side, as `rows`", flag());
    ApiDocument.query(
        components,
        EffectiveQuestion.PROFILE,
        "With commas between; a later one overrides an earlier one",
        ApiDocument.string());
    components.addParameter(
        "clientLabels",
        OASFactory.createParameter()
            .name(EffectiveQuestion.LABELS)
            .in(Parameter.In.QUERY)
            .description("What the client says of itself: `zone=a,tier=gold`")
            .schema(ApiDocument.string()));
    components.addParameter(
        "propertyKey",
        OASFactory.createParameter()
            .name(PropertiesResource.KEY)
            .in(Parameter.In.QUERY)
            .required(true)
            .description("Such as `db.url` or `hosts[0]`")
            .schema(ApiDocument.string()));
    ApiDocument.query(
        components,
        EffectiveQuestion.AS,
        "`json` (default) tells origins; the others are the content alone",
        ApiDocument.string().enumeration(List.of("json", "properties", "yaml", "flat")));
    ApiDocument.query(
        components, EffectiveQuestion.RESOLVE, "`false`: references as they are written", flag());
    ApiDocument.query(
        components,
        LeaseStreams.ON_CLOSE,
        "What becomes of the session when the stream is closed: `expire` (default): its ttl begins;"
            + " `end`: it ends at once",
        ApiDocument.string().enumeration(List.of("expire", "end")));
    describeSelection(components);
  }

  private static void describeSelection(Components components) {
    ApiDocument.query(
        components,
        SelectionQuery.HEALTH,
        "`passing`: those that new traffic goes to; `warning`: those that pass with a warning,"
            + " too. All if absent, with those that are taken out of traffic, except in the"
            + " compact form",
        ApiDocument.string().enumeration(List.of("passing", "warning")));
    ApiDocument.query(
        components,
        SelectionQuery.TAG,
        "A tag, or several with commas between that must all be there",
        ApiDocument.string());
    ApiDocument.query(
        components,
        SelectionQuery.WHERE,
        "A selector over id, address, zone, region, version, tag.NAME and the metadata: `version"
            + " in (2.0, 2.1), team=cart, !canary`",
        ApiDocument.string());
    ApiDocument.query(
        components,
        SelectionQuery.PORT,
        "Only those with a port of this name, which the compact form tells",
        ApiDocument.string());
    ApiDocument.query(
        components,
        SelectionQuery.ZONE,
        "The consumer's zone: the nearest come first",
        ApiDocument.string());
    ApiDocument.query(
        components,
        SelectionQuery.REGION,
        "The consumer's region: its other zones are nearer than the rest",
        ApiDocument.string());
    ApiDocument.query(
        components,
        SelectionQuery.SPILL_BELOW,
        "Leaves out what is farther as long as the nearer are at least this many",
        ApiDocument.integer(RestLimits.PAGE_ITEMS_MAX));
    ApiDocument.query(
        components,
        SelectionQuery.SUBSET,
        "At most this many, always the same for a `client`; clients spread over all",
        ApiDocument.integer(RestLimits.PAGE_ITEMS_MAX));
    ApiDocument.query(
        components,
        SelectionQuery.CLIENT,
        "The consumer's name, which its `subset` depends on",
        ApiDocument.string());
    ApiDocument.query(
        components,
        InstancesResource.FORM,
        "`compact`: for each an array of id, address, port, weight and zone, without those that are"
            + " taken out of traffic; no pages",
        ApiDocument.string().enumeration(List.of(InstancesResource.COMPACT)));
  }

  private static Schema flag() {
    return OASFactory.createSchema().addType(Schema.SchemaType.BOOLEAN);
  }
}
