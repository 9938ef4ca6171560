package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ApiDocumentTest {
  private static final Set<String> METHODS =
      Set.of("get", "head", "put", "post", "delete", "patch");

  @Test
  void everyOperationIsDocumentedWithItsProblems() {
    JsonPath document = given().get("/q/openapi?format=json").jsonPath();
    Map<String, Map<String, Map<String, ?>>> paths = document.getMap("paths");
    Map<String, ?> responses = document.getMap("components.responses");
    Map<String, ?> parameters = document.getMap("components.parameters");
    int operations = 0;
    for (var path : paths.entrySet()) {
      if (!path.getKey().startsWith("/api/v1/") || path.getKey().equals("/api/v1/ping")) {
        continue;
      }
      for (var method : path.getValue().entrySet()) {
        if (!METHODS.contains(method.getKey())) {
          continue;
        }
        operations++;
        String name = method.getKey() + " " + path.getKey();
        Map<String, ?> operation = method.getValue();
        assertNotNull(operation.get("operationId"), name + " has no operationId");
        assertNotNull(operation.get("summary"), name + " has no summary");
        assertFalse(((List<?>) operation.get("tags")).isEmpty(), name + " has no tag");
        Map<?, ?> answers = (Map<?, ?>) operation.get("responses");
        assertTrue(answers.keySet().containsAll(Set.of("400", "500", "503")), name + answers);
        assertTrue(
            answers.keySet().stream().anyMatch(status -> status.toString().startsWith("2")), name);
        if (path.getKey().contains("{")) {
          assertTrue(
              answers.containsKey("404") || method.getKey().equals("put"), name + " lacks 404");
        }
        for (Object answer : answers.values()) {
          resolve(name, (Map<?, ?>) answer, "#/components/responses/", responses);
        }
        Object declared = operation.get("parameters");
        List<?> all = declared == null ? List.of() : (List<?>) declared;
        for (Object parameter : all) {
          resolve(name, (Map<?, ?>) parameter, "#/components/parameters/", parameters);
        }
        long inPath = path.getKey().chars().filter(c -> c == '{').count();
        long declaredInPath =
            all.stream()
                .map(parameter -> (Map<?, ?>) parameter)
                .map(
                    parameter ->
                        parameter.containsKey("$ref")
                            ? (Map<?, ?>)
                                parameters.get(
                                    parameter.get("$ref").toString().replaceAll(".*/", ""))
                            : parameter)
                .filter(parameter -> "path".equals(parameter.get("in")))
                .count();
        assertEquals(inPath, declaredInPath, name + " declares its path parameters");
      }
    }
    assertTrue(operations >= 8, operations + " operations");
  }

  @Test
  void bodiesAreDescribedWhereTheyAreRead() {
    Set<String> bodiless = Set.of("keepSession", "rollBackConfig", "copyConfigs", "drainInstance");
    for (Map<String, ?> operation : operations("put", "post", "patch")) {
      String id = (String) operation.get("operationId");
      assertEquals(!bodiless.contains(id), operation.containsKey("requestBody"), id);
      assertEquals(!bodiless.contains(id), answers(operation).contains("413"), id);
    }
  }

  @Test
  void operationsThatCreateSaySo() {
    Set<String> creating =
        Set.of(
            "openSession",
            "writeNode",
            "registerInstance",
            "putNamespace",
            "putConfig",
            "putSchema",
            "putService",
            "rollBackConfig");
    for (Map<String, ?> operation : operations("get", "head", "put", "post", "patch", "delete")) {
      String id = (String) operation.get("operationId");
      assertEquals(creating.contains(id), answers(operation).contains("201"), id);
      assertEquals(!id.equals("openSession"), answers(operation).contains("200"), id);
    }
  }

  @Test
  void headersAreParametersOfTheOperationsThatTakeThem() {
    Map<String, Set<String>> takers =
        Map.of(
            "sessionSecret", Set.of("keepSession", "streamSession", "closeSession"),
            "sessionSecretIfBound", Set.of("registerInstance", "bulkInstances", "writeNode"),
            "lastEventId",
                Set.of("listConfigs", "getConfig", "listServices", "listInstances", "readNode"),
            "ifAbsent",
                Set.of(
                    "putNamespace",
                    "putConfig",
                    "putSchema",
                    "putService",
                    "rollBackConfig",
                    "writeNode"),
            "ifMatch",
                Set.of(
                    "putNamespace",
                    "deleteNamespace",
                    "putConfig",
                    "deleteConfig",
                    "patchConfig",
                    "putMetadata",
                    "putProperty",
                    "deleteProperty",
                    "putSchema",
                    "deleteSchema",
                    "rollBackConfig",
                    "importConfigs",
                    "copyConfigs",
                    "deregisterInstance",
                    "putService",
                    "putWeights",
                    "deleteService",
                    "writeNode",
                    "deleteNode"));
    for (Map<String, ?> operation : operations("get", "head", "put", "post", "patch", "delete")) {
      String id = (String) operation.get("operationId");
      Set<String> refs = refs(operation);
      takers.forEach((name, of) -> assertEquals(of.contains(id), refs.contains(name), id + name));
      Set<String> answers = answers(operation);
      assertEquals(refs.contains("ifMatch"), answers.contains("412"), id);
      assertEquals(refs.contains("lastEventId"), answers.contains("410"), id);
      assertEquals(refs.contains("ifNoneMatch"), answers.contains("304"), id);
      boolean waits =
          refs.contains("ifNoneMatch") || Set.of("pollConfigs", "drainInstance").contains(id);
      assertEquals(waits, refs.contains("prefer"), id);
      boolean secret = refs.contains("sessionSecret") || refs.contains("sessionSecretIfBound");
      assertEquals(secret || id.equals("deleteNode"), answers.contains("403"), id);
      if (id.startsWith("cluster")) {
        assertFalse(refs.contains("ifNoneMatch"), id);
      }
    }
  }

  @Test
  void itemsAndNodesHaveHead() {
    Set<Object> ids =
        operations("head").stream().map(head -> head.get("operationId")).collect(toSet());
    assertEquals(Set.of("getConfigHead", "readNodeHead"), ids);
  }

  @Test
  void openingASessionMayMeetItsQuota() {
    Map<String, ?> open =
        operations("post").stream()
            .filter(operation -> operation.get("operationId").equals("openSession"))
            .findFirst()
            .orElseThrow();
    assertTrue(answers(open).contains("429"));
  }

  /** Those of the API, by methods. */
  private static List<Map<String, ?>> operations(String... methods) {
    Map<String, Map<String, Map<String, ?>>> paths =
        given().get("/q/openapi?format=json").jsonPath().getMap("paths");
    List<Map<String, ?>> operations = new ArrayList<>();
    paths.forEach(
        (path, item) -> {
          for (String method : methods) {
            Map<String, ?> operation = item.get(method);
            if (operation != null && path.startsWith("/api/v1/") && !path.endsWith("/ping")) {
              operations.add(operation);
            }
          }
        });
    return operations;
  }

  private static Set<String> answers(Map<String, ?> operation) {
    return ((Map<?, ?>) operation.get("responses"))
        .keySet().stream().map(Object::toString).collect(toSet());
  }

  private static Set<String> refs(Map<String, ?> operation) {
    List<?> parameters = (List<?>) operation.get("parameters");
    return parameters == null
        ? Set.of()
        : parameters.stream()
            .map(parameter -> String.valueOf(((Map<?, ?>) parameter).get("$ref")))
            .map(ref -> ref.replaceAll(".*/", ""))
            .collect(toSet());
  }

  private static void resolve(
      String name, Map<?, ?> part, String where, Map<String, ?> components) {
    Object ref = part.get("$ref");
    if (ref != null) {
      assertTrue(ref.toString().startsWith(where), name + " has " + ref);
      assertNotNull(components.get(ref.toString().substring(where.length())), name + ": " + ref);
    }
  }
}
