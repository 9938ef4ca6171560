package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The schemas of the OpenAPI document, by themselves and against what is really sent. */
@QuarkusTest
class ApiSchemasTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCHEMAS = "#/components/schemas/";
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
  private static final Set<String> STREAMS =
      Set.of(
          "listConfigs",
          "getConfig",
          "listServices",
          "listInstances",
          "readNode",
          "streamLease",
          "streamSession");
  private static final String NS = "/api/v1/namespaces/{namespace}";
  private static final String SERVICE = NS + "/services/{service}";
  private static final String INSTANCE = SERVICE + "/instances/{id}";

  private JsonNode document;
  private JsonNode strict;

  @BeforeEach
  void read() throws IOException {
    document = JSON.readTree(given().get("/q/openapi?format=json").asByteArray());
    strict = document.deepCopy();
    for (JsonNode schema : strict.path("components").path("schemas")) {
      close(schema);
    }
  }

  /** What is sent without being told is a fault as well. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && schema.path("properties").isObject()
        && !schema.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(ApiSchemasTest::close);
  }

  // ---- the document by itself

  private void eachOperation(BiConsumer<String, JsonNode> look) {
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (METHODS.contains(method.getKey())) {
                            look.accept(method.getKey() + " " + path.getKey(), method.getValue());
                          }
                        }));
  }

  @Test
  void everyGoodAnswerHasASchema() {
    Set<String> streaming = new TreeSet<>();
    eachOperation(
        (name, operation) -> {
          for (Map.Entry<String, JsonNode> answer : operation.path("responses").properties()) {
            if (!answer.getKey().startsWith("2")) {
              continue;
            }
            JsonNode content = answer.getValue().path("content");
            assertFalse(content.isEmpty(), name + " does not say what it answers");
            for (Map.Entry<String, JsonNode> type : content.properties()) {
              JsonNode schema = type.getValue().path("schema");
              assertFalse(schema.isEmpty(), name + " has no schema for " + type.getKey());
              assertFalse(schema.path("$ref").asText().endsWith("/Answer"), name);
            }
            if (content.has("text/event-stream")) {
              streaming.add(operation.path("operationId").asText());
              JsonNode events = content.path("text/event-stream").path("schema");
              assertTrue(events.path("description").asText().startsWith("Events: `"), name);
            }
          }
        });
    assertEquals(new TreeSet<>(STREAMS), streaming);
  }

  @Test
  void schemasAreOfWhatIsSentAndReferredTo() {
    Set<String> published = new TreeSet<>();
    document.path("components").path("schemas").fieldNames().forEachRemaining(published::add);
    for (String internal :
        List.of(
            "Answer",
            "Buffer",
            "ByteBuf",
            "Bytes",
            "ConsumerRoutingContext",
            "JsonNode",
            "JsonNodeType",
            "RoutingContext",
            "Uni")) {
      assertFalse(published.contains(internal), internal + " is published");
    }
    Set<String> referred = new TreeSet<>();
    refer(document, referred);
    assertEquals(published, referred);
  }

  private static void refer(JsonNode node, Set<String> referred) {
    String ref = node.path("$ref").asText();
    if (ref.startsWith(SCHEMAS)) {
      referred.add(ref.substring(SCHEMAS.length()));
    }
    node.forEach(child -> refer(child, referred));
  }

  @Test
  void requestBodiesSayWhatTheyMustHave() throws IOException {
    String instance = "{'address':'10.0.0.1','port':80,'checks':[%s]}";
    valid("InstanceBody", "{'address':'10.0.0.1'}");
    valid(
        "InstanceBody",
        instance.formatted("{'id':'web','type':'http','scheme':'https','tls':{'verify':false}}"));
    valid("InstanceBody", instance.formatted("{'id':'db','type':'tcp','port':5432}"));
    valid("InstanceBody", instance.formatted("{'id':'r','type':'grpc','port':'grpc'}"));
    invalid("InstanceBody", "{'port':80}");
    invalid("InstanceBody", "{'address':'10.0.0.1','port':0}");
    invalid("InstanceBody", "{'address':'10.0.0.1','ttlSeconds':1}");
    invalid("InstanceBody", "{'address':'10.0.0.1','weight':10001}");
    invalid("InstanceBody", "{'address':'10.0.0.1','ports':[{'name':'grpc'}]}");
    invalid("InstanceBody", instance.formatted("{'id':'web','type':'udp'}"));
    invalid("InstanceBody", instance.formatted("{'type':'tcp'}"));
    invalid("InstanceBody", instance.formatted("{'id':'db','type':'tcp','path':'/'}"));
    valid("Heartbeat", "{'status':'warn'}");
    invalid("Heartbeat", "{'status':'ok'}");
    invalid("Heartbeat", "{'output':'well'}");
    valid("HistoryBody", "{'days':null}");
    invalid("HistoryBody", "{'days':0}");
    valid("BulkBody", "{'renew':[{'service':'a','id':'b','status':'fail'}]}");
    invalid("BulkBody", "{'register':[{'service':'a','id':'b'}]}");
    invalid("ServiceBody", "{'protectionThreshold':0}");
    invalid("ServiceBody", "{'weights':[{'where':'a=b'}]}");
    invalid("SettingsBody", "{}");
    invalid("Maintenance", "{}");
  }

  private void valid(String schema, String json) throws IOException {
    JsonNode body = JSON.readTree(json.replace('\'', '"'));
    assertEquals(Set.of(), faults(JSON.createObjectNode().put("$ref", SCHEMAS + schema), body));
  }

  private void invalid(String schema, String json) throws IOException {
    JsonNode body = JSON.readTree(json.replace('\'', '"'));
    assertFalse(
        faults(JSON.createObjectNode().put("$ref", SCHEMAS + schema), body).isEmpty(), json);
  }

  private Set<ValidationMessage> faults(ObjectNode schema, JsonNode json) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", strict.path("components"));
    JsonSchema compiled = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(whole);
    return compiled.validate(json);
  }

  // ---- against what is sent

  private static RequestSpecification json(String body) {
    return given().contentType("application/json").body(body);
  }

  /** The answer is what the document says of the operation. */
  private Response documented(String method, String path, Response answer) throws IOException {
    String type = answer.contentType().replaceAll(";.*", "");
    JsonNode described =
        strict
            .path("paths")
            .path(path)
            .path(method)
            .path("responses")
            .path(Integer.toString(answer.statusCode()))
            .path("content")
            .path(type)
            .path("schema");
    String name = method + " " + path + ": " + answer.statusCode() + " " + answer.asString();
    assertTrue(answer.statusCode() < 300 && described instanceof ObjectNode, name);
    assertEquals(
        Set.of(), faults((ObjectNode) described, JSON.readTree(answer.asByteArray())), name);
    return answer;
  }

  @Test
  void configurationsAreAnsweredAsDocumented() throws IOException {
    String ns = "/api/v1/namespaces/documented-configs";
    documented("put", NS, given().put(ns));
    documented("get", NS, given().get(ns));
    documented("get", "/api/v1/namespaces", given().get("/api/v1/namespaces"));
    documented(
        "put",
        NS + "/configs/{item}",
        given()
            .config(Http.AS_IS)
            .contentType("application/yaml")
            .body("a: 1".getBytes(UTF_8))
            .put(ns + "/configs/a.yaml"));
    documented("get", NS + "/configs", given().get(ns + "/configs?content=true"));
    documented("get", NS + "/metadata/{item}", given().get(ns + "/metadata/a.yaml"));
    documented("get", NS + "/properties/{item}", given().get(ns + "/properties/a.yaml?key=a"));
    documented("get", NS + "/history", given().get(ns + "/history"));
    documented("get", NS + "/history/{item}", given().get(ns + "/history/a.yaml"));
    documented("get", NS + "/diff/{item}", given().get(ns + "/diff/a.yaml?rows=true"));
    documented("get", NS + "/effective/{app}", given().get(ns + "/effective/a"));
    documented("get", NS + "/effective/{app}", given().get(ns + "/effective/a?as=flat"));
    documented("get", NS + "/keys", given().get(ns + "/keys?key=a"));
    documented("get", NS + "/keys", given().get(ns + "/keys?prefix=a"));
    documented("delete", NS + "/configs/{item}", given().delete(ns + "/configs/a.yaml"));
    documented("delete", NS, given().delete(ns + "?force=true"));
  }

  @Test
  void servicesAreAnsweredAsDocumented() throws IOException {
    String ns = "/api/v1/namespaces/documented-services";
    given().put(ns).then().statusCode(201);
    String service = ns + "/services/cart";
    String one = service + "/instances/cart-1";
    String body =
        "{\"address\":\"10.7.7.7\",\"port\":80,\"ports\":[{\"name\":\"grpc\",\"port\":81}],"
            + "\"zone\":\"a\",\"tags\":[\"v1\"],\"metadata\":{\"team\":\"shop\"},"
            + "\"ttlSeconds\":60,\"graceSeconds\":60}";
    documented("put", INSTANCE, json(body).put(one));
    documented("put", INSTANCE + "/lease", json("{\"status\":\"warn\"}").put(one + "/lease"));
    documented("get", INSTANCE, given().get(one));
    documented(
        "put", SERVICE, json("{\"weights\":[{\"where\":\"v1\",\"weight\":2}]}").put(service));
    documented("get", SERVICE, given().get(service));
    documented("get", SERVICE + "/instances", given().get(service + "/instances"));
    documented("get", SERVICE + "/instances", given().get(service + "/instances?form=compact"));
    documented("get", NS + "/services", given().get(ns + "/services"));
    documented(
        "get",
        "/api/v1/prometheus/sd",
        given().get("/api/v1/prometheus/sd?namespace=documented-services"));
    given()
        .header(Subscriptions.CLIENT, "documented")
        .header("If-None-Match", "\"0\"")
        .get(service + "/instances")
        .then()
        .statusCode(200);
    Response subscribers =
        documented("get", SERVICE + "/subscribers", given().get(service + "/subscribers"));
    assertNotNull(subscribers.path("subscribers[0].kind"));
    documented("put", INSTANCE + "/drain", given().put(one + "/drain"));
    documented("get", INSTANCE + "/drain", given().get(one + "/drain"));
    documented("delete", INSTANCE + "/drain", given().delete(one + "/drain"));
    String maintenance = "/api/v1/hosts/10.7.7.7/maintenance";
    documented(
        "put",
        "/api/v1/hosts/{address}/maintenance",
        json("{\"reason\":\"new disk\"}").put(maintenance));
    documented("get", INSTANCE, given().get(one));
    documented("get", SERVICE + "/instances", given().get(service + "/instances"));
    documented("get", "/api/v1/hosts", given().get("/api/v1/hosts"));
    documented("delete", "/api/v1/hosts/{address}/maintenance", given().delete(maintenance));
    documented("get", "/api/v1/zones", given().get("/api/v1/zones"));
    documented(
        "post",
        NS + "/instances",
        json("{\"renew\":[{\"service\":\"cart\",\"id\":\"cart-1\"},{\"id\":\"x\"}]}")
            .post(ns + "/instances"));
    documented("delete", INSTANCE, given().delete(one));
    documented("delete", SERVICE, given().delete(service));
  }

  @Test
  void sessionsAndNodesAreAnsweredAsDocumented() throws IOException {
    String sessions = "/api/v1/sessions";
    Response opened = documented("post", sessions, json("{\"ttlSeconds\":60}").post(sessions));
    String session = sessions + "/" + opened.path("id");
    String secret = opened.path("secret");
    String tree = "/api/v1/tree";
    documented(
        "put",
        tree + "/{path}",
        given()
            .header(SessionSecrets.HEADER, secret)
            .put(tree + "/documented/a?parents=true&session=" + opened.path("id")));
    documented("get", sessions, given().get(sessions));
    documented("get", sessions + "/{id}", given().get(session));
    documented(
        "put", sessions + "/{id}", given().header(SessionSecrets.HEADER, secret).put(session));
    documented("get", tree + "/{path}", given().get(tree + "/documented/a?stat=true"));
    documented("get", tree + "/{path}", given().get(tree + "/documented?children=true"));
    documented(
        "delete",
        sessions + "/{id}",
        given().header(SessionSecrets.HEADER, secret).delete(session));
    documented("delete", tree + "/{path}", given().delete(tree + "/documented"));
  }

  @Test
  void theClusterIsAnsweredAsDocumented() throws IOException {
    String cluster = "/api/v1/cluster";
    documented("get", cluster, given().get(cluster));
    for (String part : List.of("/members", "/digest", "/settings")) {
      documented("get", cluster + part, given().get(cluster + part));
    }
    documented("get", "/api/v1/ping", given().get("/api/v1/ping"));
  }
}
