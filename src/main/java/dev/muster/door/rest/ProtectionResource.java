package dev.muster.door.rest;

import dev.muster.discovery.Protections;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The protection of a service that lost most of itself at once; its lists show it. */
@Path("/api/v1/namespaces/{namespace}/services/{service}/protection")
@Tag(name = "Services")
@Produces(MediaType.APPLICATION_JSON)
public class ProtectionResource {
  private static final int NAMESPACE = 3;
  private static final int SERVICE = 5;

  private final Protections protections;

  ProtectionResource(Protections protections) {
    this.protections = protections;
  }

  @DELETE
  @Operation(
      operationId = "endProtection",
      summary = "Ends the protection of a service: who is silent is gone after its grace")
  public Uni<Answer> end(@Context RoutingContext context) {
    Query.of(context, Set.of());
    RequestPath path = RequestPath.of(context);
    String service = path.segment(SERVICE);
    return Uni.createFrom()
        .completionStage(() -> protections.endOfService(path.segment(NAMESPACE), service))
        .map(
            revision ->
                Answer.of(200)
                    .withRevision(revision)
                    .withJson(Map.of("service", service, "revision", revision)));
  }
}
