package dev.muster.quarkus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.muster.client.Await;
import dev.muster.quarkus.FakeMuster;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTest {
  private static final URI NOBODY = URI.create("http://127.0.0.1:1");
  @TempDir Path directory;
  private FakeMuster muster = new FakeMuster("shop");

  @AfterEach
  void close() {
    muster.close();
  }

  /** Of a program that runs; this test is none that Quarkus has built. */
  private static final class Factory implements ConfigSourceFactory {
    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
      return MusterConfigSourceFactory.sources(context);
    }
  }

  private SmallRyeConfig config(URI server, String... settings) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("muster.url", server.toString());
    properties.put("muster.namespace", "shop");
    properties.put("muster.cache-directory", directory.toString());
    for (String setting : settings) {
      properties.put(
          setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
    }
    return new SmallRyeConfigBuilder()
        .withProfiles(List.of("prod", "eu"))
        .addDefaultInterceptors()
        .withSources(new PropertiesConfigSource(properties, "application.properties", 250))
        .withSources(new PropertiesConfigSource(Map.of("environment", "env"), "environment", 300))
        .withSources(new Factory())
        .build();
  }

  @Test
  void layersProfilesInterpolationOrdinal() {
    muster
        .put("application.yaml", "{all: 0, app: 0, prod: 0, host: db1, environment: muster}")
        .put("checkout/application.yaml", "{app: 1, prod: 1, url: 'jdbc:${host}/${name:x}'}")
        .put("checkout/application.properties", "from=properties\nown=muster")
        .put("application-prod.yaml", "{prod: 2, eu: 2}")
        .put("checkout/application-eu.yaml", "{eu: 3, host: '${environment}-db'}")
        .put("shared/db.json", "{\"pool\": 10, \"all\": \"below\"}")
        .put("shared/db-prod.json", "{\"pool\": 20}");
    SmallRyeConfig config =
        config(
            muster.uri(), "muster.app=checkout", "muster.items=shared/db.json", "own=properties");

    assertEquals("0", config.getConfigValue("all").getValue());
    assertEquals("1", config.getConfigValue("app").getValue());
    assertEquals("2", config.getConfigValue("prod").getValue());
    assertEquals("3", config.getConfigValue("eu").getValue());
    assertEquals("20", config.getConfigValue("pool").getValue());
    assertEquals("properties", config.getConfigValue("from").getValue());
    assertEquals("jdbc:env-db/x", config.getValue("url", String.class));
    assertEquals("muster", config.getConfigValue("own").getValue(), "above application.properties");
    assertEquals("env", config.getConfigValue("environment").getValue(), "below the environment");
    assertTrue(
        config
            .getConfigValue("eu")
            .getConfigSourceName()
            .startsWith("shop/checkout/application-eu.yaml@"),
        config.getConfigValue("eu").getConfigSourceName());

    SmallRyeConfig low =
        config(muster.uri(), "muster.app=checkout", "muster.ordinal=100", "own=properties");
    assertEquals("properties", low.getConfigValue("own").getValue());
  }

  @Test
  void valuesAreLive() throws Exception {
    muster.put("a.yaml", "{x: 1, gone: 1}");
    SmallRyeConfig config = config(muster.uri(), "muster.items=a.yaml");
    assertEquals("1", config.getConfigValue("x").getValue());

    muster.put("a.yaml", "x: 2");
    Await.until("changed", () -> "2".equals(config.getConfigValue("x").getValue()));
    assertNull(config.getConfigValue("gone").getValue());

    muster.put("a.yaml", "x: [").put("a-prod.yaml", "x: 3"); // the first cannot be read
    Await.until("came later", () -> "3".equals(config.getConfigValue("x").getValue()));
    muster.delete("a-prod.yaml");
    Await.until("what could be read", () -> "2".equals(config.getConfigValue("x").getValue()));
  }

  @Test
  void startsFromTheCacheWhenNobodyAnswers() throws Exception {
    muster.put("checkout/application.yaml", "x: 1").put("shared.yaml", "y: 1");
    String[] settings = {"muster.app=checkout", "muster.items=shared.yaml"};
    assertEquals("1", config(muster.uri(), settings).getConfigValue("x").getValue());
    muster.close();

    // Another address of the same cluster, as far as the cache directory goes: a client of its own.
    SmallRyeConfig config = config(NOBODY, settings);
    assertEquals("1", config.getConfigValue("x").getValue());
    assertEquals("1", config.getConfigValue("y").getValue());

    String message =
        assertThrows(
                IllegalStateException.class,
                () ->
                    config(
                        NOBODY,
                        "muster.items=shared.yaml,other.yaml",
                        "muster.start-timeout-millis=500"))
            .getMessage();
    assertTrue(message.contains("does not know other.yaml"), message);
  }

  @Test
  void withNeitherServerNorCacheItIsRefusedUnlessOptional() {
    String[] settings = {"muster.items=x.yaml", "muster.start-timeout-millis=500"};
    String message =
        assertThrows(IllegalStateException.class, () -> config(NOBODY, settings)).getMessage();
    assertTrue(message.contains(NOBODY.toString()), message);
    assertTrue(message.contains(directory.toString()), message);
    assertTrue(message.contains("muster.optional=true"), message);

    SmallRyeConfig config = config(NOBODY, settings[0], settings[1], "muster.optional=true");
    assertNull(config.getConfigValue("x").getValue());
  }

  @Test
  void startsFromTheCacheWhileServersHang() throws Exception {
    muster.put("a.yaml", "x: 1");
    config(muster.uri(), "muster.items=a.yaml");

    try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ServerSocket too = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String servers =
          "http://127.0.0.1:" + hanging.getLocalPort() + ",http://127.0.0.1:" + too.getLocalPort();
      SmallRyeConfig config = config(NOBODY, "muster.url=" + servers, "muster.items=a.yaml");
      assertEquals("1", config.getConfigValue("x").getValue());
    }
  }

  @Test
  void thatNobodyAnswersIsToldOfWhatWasAbsent() {
    config(muster.uri(), "muster.items=a.yaml?");

    String message =
        assertThrows(IllegalStateException.class, () -> config(NOBODY, "muster.items=a.yaml"))
            .getMessage();
    assertTrue(message.contains("No server of Muster answers"), message);
    assertTrue(message.contains("there was no item a.yaml"), message);
  }

  @Test
  void whatServersRefuseIsToldAtTheStart() throws Exception {
    HttpServer refusing =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    refusing.createContext(
        "/",
        exchange -> {
          byte[] problem =
              "{\"code\":\"forbidden\",\"detail\":\"not for you\"}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
          exchange.sendResponseHeaders(403, problem.length);
          exchange.getResponseBody().write(problem);
          exchange.close();
        });
    refusing.start();
    try {
      URI uri = URI.create("http://127.0.0.1:" + refusing.getAddress().getPort());
      String message =
          assertThrows(
                  IllegalStateException.class,
                  () -> config(uri, "muster.items=a.yaml", "muster.start-timeout-millis=2000"))
              .getMessage();
      assertTrue(message.contains("403 forbidden: not for you"), message);
      assertFalse(message.contains("No server"), message);
    } finally {
      refusing.stop(0);
    }
  }

  @Test
  void whatIsNamedMustExistAndBeReadable() {
    String message =
        assertThrows(IllegalStateException.class, () -> config(muster.uri(), "muster.items=a.yaml"))
            .getMessage();
    assertTrue(message.contains("There is no item a.yaml"), message);
    assertNull(config(muster.uri(), "muster.items=a.yaml?").getConfigValue("x").getValue());

    muster.put("bad.yaml", "x: [");
    message =
        assertThrows(
                IllegalStateException.class, () -> config(muster.uri(), "muster.items=bad.yaml"))
            .getMessage();
    assertTrue(message.contains("shop/bad.yaml@"), message);
  }

  @Test
  void settingsThatCannotBeAreNamed() {
    refused("muster.ordinal", "muster.items=a", "muster.ordinal=high");
    refused("muster.optional", "muster.items=a", "muster.optional=maybe");
    refused("muster.url", "muster.items=a", "muster.url=");
    refused("muster.url", "muster.items=a", "muster.url=not a url");
    assertNull(config(NOBODY).getConfigValue("x").getValue(), "says nothing of items: no source");
  }

  private void refused(String key, String... settings) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> config(NOBODY, settings)).getMessage();
    assertTrue(message.contains(key), message);
  }
}
