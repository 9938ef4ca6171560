package dev.muster.boot;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The DNS door of a node that has it switched on. */
@QuarkusTest
@TestProfile(DnsProducerTest.On.class)
class DnsProducerTest {
  public static class On implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return Map.of(
            "muster.dns.enabled",
            "true",
            "muster.dns.port",
            Integer.toString(free.getLocalPort()),
            "muster.dns.domain",
            "cluster.example.",
            "muster.dns.ttl",
            "2s");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @ConfigProperty(name = "muster.dns.port")
  int port;

  @Test
  void whatRegistersIsFoundByDns() throws IOException {
    given().put("/api/v1/namespaces/shop").then().statusCode(201);
    given()
        .contentType("application/json")
        .body("{\"address\":\"10.0.0.7\",\"port\":8443}")
        .put("/api/v1/namespaces/shop/services/payment/instances/p1")
        .then()
        .statusCode(201);
    SimpleResolver resolver = new SimpleResolver("127.0.0.1");
    resolver.setPort(port);
    resolver.setTimeout(Duration.ofSeconds(30));
    Name name = Name.fromString("payment.shop.cluster.example.");
    Message answer = resolver.send(Message.newQuery(Record.newRecord(name, Type.A, DClass.IN)));
    assertEquals(1, answer.getSection(Section.ANSWER).size());
    Record record = answer.getSection(Section.ANSWER).get(0);
    assertEquals("10.0.0.7", record.rdataToString());
    assertEquals(2, record.getTTL());
    given()
        .get("/q/metrics")
        .then()
        .body(
            containsString(
                "muster_dns_queries_total{rcode=\"NOERROR\",transport=\"udp\",type=\"A\"}"));
  }
}
