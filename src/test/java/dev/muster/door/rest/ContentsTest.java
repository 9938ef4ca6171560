package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ContentsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/yaml | a: 1\\na: 2 | 2",
        "application/yaml | a:\\n\\tb: 1 | 2",
        "application/json | {\"a\": 1,\\n\"a\": 2} | 2",
        "application/json | {\"a\": } | 1",
        "application/toml | a = 1\\nb = = 2 | 2",
        "application/xml | <a>\\n<b></a> | 2",
        "text/x-java-properties | a=1\\nb=\\u12x4 | 2",
      })
  void whatIsNotOfItsFormatIsRefusedWithTheLine(String type, String content, int line) {
    String namespace = Http.namespace();
    given()
        .config(Http.AS_IS)
        .contentType(type)
        .body(unescaped(content).getBytes(StandardCharsets.UTF_8))
        .put(Http.item(namespace, "x"))
        .then()
        .statusCode(422)
        .body("code", equalTo("invalid-content"))
        .body("problems[0].line", equalTo(line))
        .body("problems[0].column", greaterThan(0));
    given().get(Http.item(namespace, "x")).then().statusCode(404);
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\t", "\t");
  }

  @Test
  void withoutATypeTheNameSaysWhatItIs() {
    String namespace = Http.namespace();
    byte[] broken = "a: [".getBytes(StandardCharsets.UTF_8);
    put(namespace, "a/app.yaml", broken).statusCode(422);
    put(namespace, "a/app", broken).statusCode(201);
    put(namespace, "b/app.yaml", "a: []\n".getBytes(StandardCharsets.UTF_8)).statusCode(201);
    given().get(Http.item(namespace, "b/app.yaml")).then().contentType("application/yaml");
    given().get(Http.item(namespace, "a/app")).then().contentType("application/octet-stream");
  }

  @Test
  void textIsUtf8WithoutAByteOrderMark() {
    String namespace = Http.namespace();
    put(namespace, "x.txt", new byte[] {'a', '\n', (byte) 0xC3, '('})
        .statusCode(422)
        .body("problems[0].line", equalTo(2));
    put(namespace, "x.txt", new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a'})
        .statusCode(422);
    given()
        .config(Http.AS_IS)
        .contentType("text/plain; charset=iso-8859-1")
        .body("x")
        .put(Http.item(namespace, "x.txt"))
        .then()
        .statusCode(201); // kept with the charset that it says
  }

  @Test
  void aLargeContentIsCheckedToo() {
    String namespace = Http.namespace();
    String many = "key: value\n".repeat(5_000); // the same key
    put(namespace, "x.yaml", many.getBytes(StandardCharsets.UTF_8))
        .statusCode(422)
        .body("problems[0].line", equalTo(2));
  }

  private static io.restassured.response.ValidatableResponse put(
      String namespace, String item, byte[] content) {
    return given()
        .config(Http.AS_IS)
        .contentType("application/octet-stream")
        .body(content)
        .put(Http.item(namespace, item))
        .then();
  }
}
