package dev.muster.quarkus.stork;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.client.Port;
import dev.muster.client.Selection;
import io.smallrye.stork.api.config.ConfigWithType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttributesTest {
  private static Attributes of(Map<String, String> parameters) {
    return new Attributes(
        "a test",
        new ConfigWithType() {
          @Override
          public String type() {
            return Attributes.TYPE;
          }

          @Override
          public Map<String, String> parameters() {
            return parameters;
          }
        });
  }

  @Test
  void portsHaveNameNumberAndPerhapsAProtocol() {
    List<Port> ports = of(Map.of("ports", "grpc:9090/grpc, admin:9091,")).ports();
    assertEquals(List.of(new Port("grpc", 9090, "grpc"), new Port("admin", 9091, "")), ports);
    assertEquals(
        List.of("grpc:9090/grpc", "admin:9091"), ports.stream().map(Attributes::text).toList());
    assertEquals(List.of(), of(Map.of()).ports());
  }

  @Test
  void whatIsNoPortIsToldWithWhatOneLooksLike() {
    for (String wrong : List.of("grpc", "9090", "grpc=9090", "grpc:x", "grpc:9090/", ":1")) {
      IllegalArgumentException told =
          assertThrows(
              IllegalArgumentException.class, () -> of(Map.of("ports", wrong)).ports(), wrong);
      assertTrue(told.getMessage().contains("grpc:9090/grpc"), told.getMessage());
    }
  }

  @Test
  void aDiscoveryAsksForWhatItIsConfiguredWith() {
    assertEquals(Selection.passing().toString(), of(Map.of()).selection().toString());
    assertEquals(
        Selection.passing()
            .withTags("v2", "canary")
            .where("version=2.1")
            .withPort("grpc")
            .near("eu-1a", "eu-1")
            .spillBelow(3)
            .toString(),
        of(Map.of(
                "tags", "v2, canary",
                "where", "version=2.1",
                "port", "grpc",
                "zone", "eu-1a",
                "region", "eu-1",
                "spill-below", "3"))
            .selection()
            .toString());
  }
}
