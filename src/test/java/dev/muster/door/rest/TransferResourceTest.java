package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.transfer.TransferLimits;
import dev.muster.config.transfer.Zips;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TransferResourceTest {
  private static String url(String namespace, String what) {
    return Http.API + "/namespaces/" + namespace + "/" + what;
  }

  private static ValidatableResponse take(String namespace, String query, byte[] archive) {
    return given()
        .config(Http.AS_IS)
        .contentType("application/octet-stream")
        .body(archive)
        .post(url(namespace, "import") + query)
        .then();
  }

  private static byte[] export(String namespace) {
    return given()
        .get(url(namespace, "export"))
        .then()
        .statusCode(200)
        .contentType("application/zip")
        .extract()
        .asByteArray();
  }

  @Test
  void aNamespaceIsMovedByItsArchive() {
    String from = Http.namespace();
    given()
        .config(Http.AS_IS)
        .contentType("application/yaml")
        .queryParam("labels", "zone=eu")
        .queryParam("owner", "ann")
        .body("a: 1")
        .put(Http.item(from, "x/application.yaml"))
        .then()
        .statusCode(201);
    Http.put(from, "x", "text");
    byte[] archive = export(from);
    String to = Http.namespace();
    take(to, "?author=bob", archive)
        .statusCode(200)
        .body("created", equalTo(2))
        .body("steps.name", contains("x", "x/application.yaml"))
        .body("steps.result", contains("created", "created"));
    given()
        .get(url(to, "metadata/x/application.yaml"))
        .then()
        .body("owner", equalTo("ann"))
        .body("labels.zone", equalTo("eu"));
    given()
        .get(url(to, "history/x"))
        .then()
        .body("releases[0].author", equalTo("bob"))
        .body("releases[0].message", containsString("from namespace " + from));
    take(to, "", archive)
        .body("unchanged", equalTo(2))
        .body("created", equalTo(0))
        .body("steps.result", contains(nullValue(), nullValue()));
    assertArrayEquals(archive, export(from));
  }

  @Test
  void aDryRunShowsWhatWouldChangeAndChangesNothing() {
    String namespace = Http.namespace();
    Http.put(namespace, "same", "s");
    Http.put(namespace, "other", "old\n");
    Http.put(namespace, "gone", "g");
    byte[] archive = Zips.of("same", "s", "other", "new\n", "added", "a");
    ValidatableResponse dry =
        take(namespace, "?dryRun=true&diff=true&mode=mirror", archive)
            .statusCode(200)
            .body("dryRun", equalTo(true))
            .body("steps.name", contains("added", "gone", "other", "same"))
            .body("steps.action", contains("create", "delete", "replace", "unchanged"))
            .body("steps[2].unified", containsString("-old\n+new\n"));
    given().get(Http.item(namespace, "added")).then().statusCode(404);
    given().get(Http.item(namespace, "gone")).then().statusCode(200);
    String tag = dry.extract().header("ETag");
    Http.put(namespace, "elsewhere", "e");
    given()
        .header("If-Match", tag)
        .contentType("application/octet-stream")
        .body(archive)
        .post(url(namespace, "import?mode=mirror"))
        .then()
        .statusCode(412)
        .body("code", equalTo("revision-conflict"));
    take(namespace, "?mode=mirror", archive).statusCode(200).body("deleted", equalTo(2));
    given().get(Http.item(namespace, "gone")).then().statusCode(404);
    given().get(Http.item(namespace, "other")).then().body(equalTo("new\n"));
  }

  @Test
  void nothingIsWrittenUnlessAllCanBe() {
    String namespace = Http.namespace();
    take(
            namespace,
            "",
            Zips.of("good.yaml", "a: 1", "bad.json", "{\"a\":1,\"a\":2}", "c.yaml", "["))
        .statusCode(422)
        .body("code", equalTo("invalid-archive"))
        .body("problems.file", contains("bad.json", "c.yaml"));
    take(namespace, "", Zips.of("good.yaml", "a: 1", "a//b", "", "../x", ""))
        .statusCode(422)
        .body("problems.file", contains("../x", "a//b"));
    given().get(Http.item(namespace, "good.yaml")).then().statusCode(404);
    take(namespace, "", "no archive".getBytes(StandardCharsets.UTF_8))
        .statusCode(422)
        .body("code", equalTo("invalid-archive"));
    take(namespace, "?format=tar", new byte[0])
        .statusCode(400)
        .body("code", equalTo("invalid-parameter"));
    take(namespace, "?mode=replace", new byte[0]).statusCode(400);
    take("nowhere", "", Zips.of("a", "b"))
        .statusCode(404)
        .body("code", equalTo("unknown-namespace"));
  }

  @Test
  void manyItemsGetIntoAFolder() {
    String namespace = Http.namespace();
    String[] files = new String[600];
    for (int i = 0; i < files.length; i += 2) {
      files[i] = "%03d.txt".formatted(i / 2);
      files[i + 1] = "x".repeat(10_000);
    }
    take(namespace, "?under=a/b", Zips.of(files)).statusCode(200).body("created", equalTo(300));
    given().get(Http.item(namespace, "a/b/299.txt")).then().statusCode(200);
    Http.put(namespace, "beside", "b");
    take(namespace, "?under=a/b&mode=mirror", Zips.of("one", "1"))
        .statusCode(200)
        .body("deleted", equalTo(300))
        .body("created", equalTo(1));
    given().get(Http.item(namespace, "beside")).then().statusCode(200);
  }

  @Test
  void anArchiveMayBeLargerThanAnyOtherBody() throws IOException {
    String namespace = Http.namespace();
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1_000_000; i++) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    byte[] archive = Zips.of("a.txt", text.toString(), "b.txt", text.reverse().toString());
    assertTrue(archive.length > RestLimits.BODY_BYTES_MAX);
    take(namespace, "", archive).statusCode(200).body("created", equalTo(2));
    String answer =
        Http.raw(
            "POST "
                + url(namespace, "import")
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                + (TransferLimits.ARCHIVE_BYTES_MAX + 1)
                + "\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
    assertTrue(answer.contains("\"code\":\"body-too-large\""), answer);
  }

  @Test
  void aNamespaceIsPromotedToAnother() {
    String dev = Http.namespace();
    String prod = Http.namespace();
    Http.put(dev, "a/x", "new");
    Http.put(dev, "b", "b");
    Http.put(prod, "a/x", "old");
    Http.put(prod, "a/gone", "g");
    String tag =
        given()
            .post(url(prod, "copy?from=" + dev + "&prefix=a/&mode=mirror&dryRun=true"))
            .then()
            .statusCode(200)
            .body("steps.action", contains("delete", "replace"))
            .extract()
            .header("ETag");
    given()
        .header("If-Match", tag)
        .post(url(prod, "copy?from=" + dev + "&prefix=a/&mode=mirror"))
        .then()
        .statusCode(200)
        .body("steps.result", contains("deleted", "replaced"));
    given().get(Http.item(prod, "a/x")).then().body(equalTo("new"));
    given().get(Http.item(prod, "b")).then().statusCode(404);
    given()
        .get(url(prod, "history/a/x"))
        .then()
        .body("releases[0].message", equalTo("from namespace " + dev));
    given().post(url(prod, "copy?from=" + prod)).then().statusCode(400);
    given().post(url(prod, "copy")).then().statusCode(400);
    given()
        .post(url(prod, "copy?from=nowhere"))
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-namespace"));
  }

  @Test
  void anEmptyNamespaceIsExportedToo() {
    String namespace = Http.namespace();
    byte[] archive = export(namespace);
    take(Http.namespace(), "", archive).statusCode(200).body("steps", hasSize(0));
    assertEquals('P', archive[0]);
  }
}
