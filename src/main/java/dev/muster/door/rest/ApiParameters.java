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
  }

  private static Schema flag() {
    return OASFactory.createSchema().addType(Schema.SchemaType.BOOLEAN);
  }
}
