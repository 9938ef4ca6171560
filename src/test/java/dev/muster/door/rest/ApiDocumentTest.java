package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ApiDocumentTest {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

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

  private static void resolve(
      String name, Map<?, ?> part, String where, Map<String, ?> components) {
    Object ref = part.get("$ref");
    if (ref != null) {
      assertTrue(ref.toString().startsWith(where), name + " has " + ref);
      assertNotNull(components.get(ref.toString().substring(where.length())), name + ": " + ref);
    }
  }
}
