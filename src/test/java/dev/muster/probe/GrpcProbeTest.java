package dev.muster.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.discovery.Health;
import dev.muster.discovery.check.AddressPolicy;
import dev.muster.discovery.check.CheckSpec;
import dev.muster.discovery.check.CheckTerms;
import dev.muster.discovery.check.ProbeResult;
import dev.muster.discovery.check.Prober.Target;
import dev.muster.discovery.check.TlsTerms;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes of grpc-java's own server and health service. */
class GrpcProbeTest {
  private static final VertxProber PROBER =
      new VertxProber(AddressPolicy.of(List.of("127.0.0.0/8")));

  @AfterAll
  static void close() {
    PROBER.close();
  }

  private static NettyServerBuilder builder() {
    return NettyServerBuilder.forAddress(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static Server server(BindableService service) throws Exception {
    return builder().addService(service).build().start();
  }

  private static ProbeResult.Found probe(int port, String service, TlsTerms tls) throws Exception {
    CheckTerms terms = CheckTerms.of("rpc").every(60_000, 20_000);
    return (ProbeResult.Found)
        PROBER
            .probe(new Target("127.0.0.1", port), new CheckSpec.Grpc(terms, service, tls))
            .get(30, TimeUnit.SECONDS);
  }

  private static void assertCritical(String output, ProbeResult.Found found) {
    assertEquals(Health.CRITICAL, found.health(), found.output());
    assertTrue(found.output().contains(output), found.output());
  }

  @Test
  void whatTheServiceSaysDecides() throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    Server server = server(health.getHealthService());
    try {
      assertEquals(ProbeResult.passing("SERVING"), probe(server.getPort(), "", null));
      health.setStatus("shop.Orders", ServingStatus.NOT_SERVING);
      assertEquals(
          ProbeResult.critical("NOT_SERVING"), probe(server.getPort(), "shop.Orders", null));
      health.setStatus("shop.Orders", ServingStatus.SERVING);
      assertEquals(ProbeResult.passing("SERVING"), probe(server.getPort(), "shop.Orders", null));
      health.setStatus("shop.Orders", ServingStatus.UNKNOWN);
      assertEquals(ProbeResult.critical("UNKNOWN"), probe(server.getPort(), "shop.Orders", null));
      assertCritical("gRPC status NOT_FOUND", probe(server.getPort(), "shop.Unknown", null));
      health.enterTerminalState();
      assertEquals(ProbeResult.critical("NOT_SERVING"), probe(server.getPort(), "", null));
    } finally {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aServerWithoutTheServiceIsCritical() throws Exception {
    Server server = builder().build().start();
    try {
      assertCritical("gRPC status UNIMPLEMENTED", probe(server.getPort(), "", null));
    } finally {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void whoSpeaksNoGrpcIsCritical() throws Exception {
    try (TestServer http =
        TestServer.tcp(TestServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))) {
      assertCritical("", probe(http.port(), "", null));
    }
    try (TestServer closing = TestServer.tcp(socket -> {})) {
      assertCritical("", probe(closing.port(), "", null));
    }
  }

  @Test
  void http2WithoutGrpcIsCritical() throws Exception {
    io.vertx.core.Vertx vertx = io.vertx.core.Vertx.vertx();
    try {
      var server =
          vertx
              .createHttpServer(new io.vertx.core.http.HttpServerOptions().setHost("127.0.0.1"))
              .requestHandler(request -> request.response().end("hello, I am a page"))
              .listen(0)
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      assertCritical("", probe(server.actualPort(), "", null));
    } finally {
      vertx.close();
    }
  }

  @Test
  void overTls(@TempDir Path directory) throws Exception {
    Certificates own = Certificates.of(directory, "dns:rpc.example.org");
    HealthStatusManager health = new HealthStatusManager();
    Server server =
        builder()
            .useTransportSecurity(stream(own.certificate()), stream(own.key()))
            .addService(health.getHealthService())
            .build()
            .start();
    try {
      int port = server.getPort();
      assertEquals(
          ProbeResult.passing("SERVING"),
          probe(port, "", new TlsTerms(true, "rpc.example.org", own.certificate())));
      assertEquals(
          ProbeResult.passing("SERVING"), probe(port, "", new TlsTerms(false, null, null)));
      assertCritical(
          "", probe(port, "", new TlsTerms(true, "other.example.org", own.certificate())));
      assertCritical("", probe(port, "", TlsTerms.DEFAULT));
      assertCritical("", probe(port, "", null));
    } finally {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }
}
