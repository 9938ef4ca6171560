package dev.muster.bench;

import dev.muster.cluster.MusterClient;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Instances by their number, a hundred to a service, and the requests about them. */
final class Instances {
  static final String NAMESPACE = "/api/v1/namespaces/bench";
  static final int OF_A_SERVICE = 100;

  /** As many as a request may have. */
  static final int BULK = 500;

  /** Longer than any run: leases that nobody renews must not lapse. */
  static final int TTL_SECONDS = 86_400;

  private static final int INSTANCES_MAX = 2_000_000;
  private static final String[] JSON = {"Content-Type", "application/json"};

  private final List<URI> nodes;
  private final MusterClient admin;

  Instances(List<URI> nodes, MusterClient admin) {
    this.nodes = nodes;
    this.admin = admin;
  }

  void createNamespace() throws IOException {
    admin.putJson(nodes.get(0), NAMESPACE, Map.of("instancesMax", INSTANCES_MAX)).expect(200, 201);
  }

  static String service(int number) {
    return "service-" + number / OF_A_SERVICE;
  }

  static String path(int number) {
    return NAMESPACE + "/services/" + service(number) + "/instances/instance-" + number;
  }

  /** As a program in production would say it: with zone, version, a tag and two entries. */
  static String body(int number, int ttlSeconds) {
    return ("{\"address\":\"10.%d.%d.%d\",\"port\":8080,\"zone\":\"eu-1%s\",\"region\":\"eu-1\","
            + "\"version\":\"2.%d\",\"tags\":[\"%s\"],\"ttlSeconds\":%d,"
            + "\"metadata\":{\"team\":\"shop\",\"build\":\"%d\"}}")
        .formatted(
            number >> 16 & 0xFF,
            number >> 8 & 0xFF,
            number & 0xFF,
            "abc".charAt(number % 3),
            number % 2,
            number % 10 == 0 ? "canary" : "stable",
            ttlSeconds,
            number);
  }

  private URI node(int connection) {
    return nodes.get(connection % nodes.size());
  }

  Buffer register(int connection, int number) {
    return Connection.encode(
        "PUT", node(connection), path(number), body(number, TTL_SECONDS), JSON);
  }

  Buffer renew(int connection, int number) {
    return Connection.encode("PUT", node(connection), path(number) + "/lease", "");
  }

  /** A whole bulk of registrations from this number on. */
  Buffer registerMany(int connection, int from) {
    return bulk(connection, "register", from, Instances::registration);
  }

  Buffer renewMany(int connection, int from) {
    return bulk(connection, "renew", from, number -> name(number) + "}");
  }

  Buffer deregisterMany(int connection, int from) {
    return bulk(connection, "deregister", from, number -> name(number) + "}");
  }

  private static String name(int number) {
    return "{\"service\":\"" + service(number) + "\",\"id\":\"instance-" + number + "\"";
  }

  private static String registration(int number) {
    return name(number) + ",\"instance\":" + body(number, TTL_SECONDS) + "}";
  }

  private Buffer bulk(int connection, String action, int from, IntFunction<String> encode) {
    return Connection.encode(
        "POST", node(connection), NAMESPACE + "/instances", json(action, from, encode), JSON);
  }

  private static String json(String action, int from, IntFunction<String> encode) {
    return IntStream.range(from, from + BULK)
        .mapToObj(encode)
        .collect(Collectors.joining(",", "{\"" + action + "\":[", "]}"));
  }

  /** Registers a bulk, and fails unless each of it succeeds. */
  void demandRegistered(int from) throws IOException {
    demand(json("register", from, Instances::registration));
  }

  /** The same with renewals: rates of refusals would say nothing. */
  void demandRenewed(int from) throws IOException {
    demand(json("renew", from, number -> name(number) + "}"));
  }

  private void demand(String body) throws IOException {
    var answer = admin.send(nodes.get(0), "POST", NAMESPACE + "/instances", body, JSON).expect(200);
    if (answer.json().path("failed").asInt() > 0) {
      throw new IllegalStateException("not all of a bulk succeed: " + answer);
    }
  }

  /** How many the namespace has. */
  long count() throws IOException {
    long count = 0;
    String cursor = "";
    do {
      var page =
          admin
              .get(
                  nodes.get(0),
                  NAMESPACE + "/services?limit=1000&consistency=linearizable" + cursor)
              .expect(200)
              .json();
      for (var service : page.path("services")) {
        count += service.path("instances").asLong();
      }
      cursor = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
    } while (!cursor.isEmpty());
    return count;
  }
}
