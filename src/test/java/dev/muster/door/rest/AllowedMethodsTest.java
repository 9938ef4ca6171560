package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class AllowedMethodsTest {
  @Test
  void allResourcesAreKnown() {
    assertEquals(
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.muster")
                .stream()
                .filter(type -> type.isAnnotatedWith(Path.class))
                .map(JavaClass::getName)
                .collect(Collectors.toSet()),
        AllowedMethods.RESOURCES.stream().map(Class::getName).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE   | /api/v1/namespaces                            | GET, HEAD, OPTIONS",
        "POST     | /api/v1/namespaces/x                          | DELETE, GET, HEAD, OPTIONS, PUT",
        "POST     | /api/v1/namespaces/x/configs/a                | DELETE, GET, HEAD, OPTIONS, PATCH, PUT",
        "INVENTED | /api/v1/namespaces/x/configs/a/b.yaml         | DELETE, GET, HEAD, OPTIONS, PATCH, PUT",
        "PUT      | /api/v1/namespaces/x/history/a/b              | GET, HEAD, OPTIONS, POST",
        "PUT      | /api/v1/namespaces/x/import                   | OPTIONS, POST",
        "PATCH    | /api/v1/tree/a/b                              | DELETE, GET, HEAD, OPTIONS, PUT",
        "PATCH    | /api/v1/tree                                  | DELETE, GET, HEAD, OPTIONS, PUT",
        "PUT      | /api/v1/namespaces/x/services/y/instances/i/lease | GET, HEAD, OPTIONS, PUT",
      })
  void aWrongMethodIsToldTheRightOnes(String method, String path, String allowed) {
    if (!allowed.contains(method)) {
      given()
          .request(method, path)
          .then()
          .statusCode(405)
          .header("Allow", allowed)
          .body("code", equalTo("method-not-allowed"))
          .body("allowed", contains(allowed.split(", ")));
    }
    given().options(path).then().statusCode(204).header("Allow", allowed);
  }

  @Test
  void whatIsNotThereHasNoMethods() {
    for (String path : new String[] {"/api/v1/nothing", "/api/v1/namespaces/x/nothing", "/api"}) {
      given().get(path).then().statusCode(404).body("code", equalTo("not-found"));
      given().options(path).then().statusCode(404).body("code", equalTo("not-found"));
    }
  }
}
