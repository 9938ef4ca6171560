package dev.muster.door.rest;

import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.Selection;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * What Prometheus shall scrape: by default all instances, also those that new traffic does not go
 * to, for what is ill is what metrics are looked at for.
 */
@jakarta.ws.rs.Path("/api/v1/prometheus/sd")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class PrometheusResource {
  private static final String NAMESPACE = "namespace";
  private static final String SERVICE = "service";
  private static final Set<String> PARAMETERS =
      Query.names(SelectionQuery.FILTERS, Set.of(NAMESPACE, SERVICE, Query.CONSISTENCY));

  private final LongPolls polls;
  private final EncodedAnswers encoded;

  PrometheusResource(LongPolls polls, EncodedAnswers encoded) {
    this.polls = polls;
    this.encoded = encoded;
  }

  @GET
  @Parameter(
      name = NAMESPACE,
      in = ParameterIn.QUERY,
      description = "The instances of this one only",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = SERVICE,
      in = ParameterIn.QUERY,
      description = "The instances of this one only; goes with `namespace`",
      schema = @Schema(type = SchemaType.STRING))
  @Operation(
      operationId = "prometheusTargets",
      summary = "Lists instances as Prometheus' http_sd wants its targets; long-polls")
  public Uni<Answer> list(@Context RoutingContext context) {
    Query query = Query.of(context, PARAMETERS);
    Selection selection = SelectionQuery.of(query);
    String namespace = query.text(NAMESPACE);
    String service = query.text(SERVICE);
    if (service != null && namespace == null) {
      throw Query.invalid(SERVICE, "goes with '" + NAMESPACE + "': each has services of its own");
    }
    Path path =
        namespace == null
            ? InstanceKey.SERVICES
            : service == null
                ? InstanceKey.namespacePath(namespace)
                : InstanceKey.servicePath(namespace, service);
    String key = "prometheus" + path + "?" + selection;
    return polls.answer(
        context,
        query,
        new Look.At(Scope.SUBTREE, path),
        state -> {
          if (namespace != null) {
            ServicesResource.find(state, InstanceKey.namespacePath(namespace), namespace);
          }
          Node node = state.tree().find(path);
          return new Look.Seen(
              node == null ? EntityTag.ABSENT : node.stat().subtreeRevision(),
              node != null
                  && node.subtreeBytes() > Workers.AT_ONCE_BYTES_MAX
                  && !encoded.knows(key, node),
              () -> answer(state, path, node, key, selection));
        });
  }

  private Answer answer(
      State state, Path path, @Nullable Node node, String key, Selection selection) {
    return Answer.of(200, state)
        .withJson(
            node == null
                ? new PrometheusTargets().end()
                : encoded.bytes(key, node, () -> targets(path, node, selection)));
  }

  /** Of all namespaces, of one, or of a service: as deep as the path is. */
  private static byte[] targets(Path path, Node node, Selection selection) {
    Collector list = new Collector(selection);
    switch (path.depth() - InstanceKey.SERVICES.depth()) {
      case 0 ->
          node.children()
              .forEach(
                  (namespace, services) ->
                      services
                          .children()
                          .forEach((name, service) -> list.add(namespace, name, service)));
      case 1 -> node.children().forEach((name, service) -> list.add(path.name(), name, service));
      default -> list.add(path.parent().name(), path.name(), node);
    }
    return list.targets.end();
  }

  /** The targets so far, within bounds. */
  private static final class Collector {
    final PrometheusTargets targets = new PrometheusTargets();
    private final Selection selection;
    private int instances;

    Collector(Selection selection) {
      this.selection = selection;
    }

    void add(String namespace, String name, Node service) {
      instances += InstanceKey.count(service);
      if (instances > RestLimits.PROMETHEUS_INSTANCES_MAX) {
        throw tooLarge("prometheus.instances", RestLimits.PROMETHEUS_INSTANCES_MAX, "instances");
      }
      for (Selection.Picked picked : selection.from(service)) {
        targets.add(namespace, name, picked, selection.port());
        if (targets.length() > RestLimits.PROMETHEUS_BYTES_MAX) {
          throw tooLarge("prometheus.bytes", RestLimits.PROMETHEUS_BYTES_MAX, "bytes");
        }
      }
    }

    private static Problem tooLarge(String limit, int max, String unit) {
      return new Problem(
              Code.LIMIT_EXCEEDED,
              "the list would take more than "
                  + max
                  + " "
                  + unit
                  + "; ask for it in parts, by 'namespace' and 'service'"
                  + (unit.equals("bytes") ? ", 'tag' or 'where'" : ""))
          .with("limit", limit)
          .with("max", max);
    }
  }
}
