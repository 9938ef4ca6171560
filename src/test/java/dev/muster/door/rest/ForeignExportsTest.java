package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.muster.config.transfer.Zips;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Exports of other systems, shaped as those write them, and what they become. */
@QuarkusTest
class ForeignExportsTest {
  private static ValidatableResponse take(String namespace, String query, byte[] export) {
    return given()
        .config(Http.AS_IS)
        .contentType("application/octet-stream")
        .body(export)
        .post(Http.API + "/namespaces/" + namespace + "/import" + query)
        .then();
  }

  private static void assertItem(String namespace, String item, String type, String content) {
    given()
        .get(Http.item(namespace, item))
        .then()
        .statusCode(200)
        .header("Content-Type", startsWith(type))
        .body(equalTo(content));
  }

  private static void assertOwner(String namespace, String item, String owner) {
    given()
        .get(Http.API + "/namespaces/" + namespace + "/metadata/" + item)
        .then()
        .statusCode(200)
        .body("owner", equalTo(owner));
  }

  @Test
  void nacos() {
    String namespace = Http.namespace();
    byte[] export =
        Zips.of(
            "DEFAULT_GROUP/checkout.yaml",
            "timeout: 5\n",
            "PAYMENT/limits",
            "max=3\n",
            ".metadata.yml",
            """
            metadata:
            - appName: shop
              dataId: checkout.yaml
              desc: what checkout needs
              group: DEFAULT_GROUP
              type: yaml
            - appName: ''
              dataId: limits
              desc: null
              group: PAYMENT
              type: properties
            """);
    take(namespace, "", export)
        .statusCode(200)
        .body("origin", equalTo("Nacos"))
        .body("steps.result", contains("created", "created"));
    assertItem(namespace, "checkout.yaml", "application/yaml", "timeout: 5\n");
    assertItem(namespace, "PAYMENT/limits", "text/x-java-properties", "max=3\n");
    assertOwner(namespace, "checkout.yaml", "shop");
    take(namespace, "", export).statusCode(200).body("unchanged", equalTo(2));
  }

  @Test
  void nacosOfOld() {
    String namespace = Http.namespace();
    take(
            namespace,
            "",
            Zips.of(
                "DEFAULT_GROUP/checkout.properties",
                "timeout=5\n",
                ".meta.yml",
                "DEFAULT_GROUP.checkout~properties.app=shop\r\n"))
        .statusCode(200)
        .body("origin", equalTo("Nacos"))
        .body("created", equalTo(1));
    assertOwner(namespace, "checkout.properties", "shop");
  }

  @Test
  void consul() {
    String namespace = Http.namespace();
    byte[] export =
        """
        [
        	{
        		"key": "apps/",
        		"flags": 0,
        		"value": ""
        	},
        	{
        		"key": "apps/shop/db.yaml",
        		"flags": 0,
        		"value": "dXJsOiB4Cg=="
        	}
        ]
        """
            .getBytes(StandardCharsets.UTF_8);
    take(namespace, "", export)
        .statusCode(200)
        .body("origin", equalTo("consul kv export"))
        .body("created", equalTo(1))
        .body("skipped.file", contains("apps/"));
    assertItem(namespace, "apps/shop/db.yaml", "application/yaml", "url: x\n");
  }

  @Test
  void apollo() {
    String namespace = Http.namespace();
    byte[] export =
        Zips.of(
            "apollo/shop/app.metadata",
            "{\"name\":\"shop\",\"appId\":\"shop\",\"ownerName\":\"apollo\"}",
            "apollo/shop/DEV/default.cluster.metadata",
            "{\"name\":\"default\",\"appId\":\"shop\"}",
            "apollo/shop/DEV/shop+default+application.properties",
            "[{\"id\":0,\"namespaceId\":0,\"key\":\"timeout\",\"type\":0,\"value\":\"5\",\"lineNum\":2},"
                + "{\"id\":0,\"namespaceId\":0,\"key\":\"\",\"value\":\"\",\"comment\":\"# seconds\",\"lineNum\":1}]",
            "apollo/shop/DEV/shop+default+logging.yml",
            "[{\"id\":0,\"namespaceId\":0,\"key\":\"content\",\"value\":\"level: info\\n\",\"lineNum\":1}]",
            "apollo/shop/PRO/shop+default+application.properties",
            "[{\"id\":0,\"namespaceId\":0,\"key\":\"timeout\",\"value\":\"9\",\"lineNum\":1}]",
            "shop+application.appnamespace.metadata",
            "{\"name\":\"application\",\"appId\":\"shop\",\"format\":\"properties\"}");
    take(namespace, "", export).statusCode(422).body("code", equalTo("invalid-archive"));
    take(namespace, "?environment=DEV", export)
        .statusCode(200)
        .body("origin", equalTo("Apollo, DEV"))
        .body("created", equalTo(2))
        .body("skipped", hasSize(4));
    String properties = "shop/application.properties";
    assertItem(namespace, properties, "text/x-java-properties", "# seconds\ntimeout=5\n");
    assertItem(namespace, "shop/logging.yml", "application/yaml", "level: info\n");
  }

  /** What no request could write does not get in by an archive; each item is named. */
  @Test
  void whatAnArchiveSaysOfItemsIsCheckedAsARequestIs() {
    String namespace = Http.namespace();
    String items =
        """
        {"muster":1,"items":[
          {"name":"a","file":"f","contentType":"a/b\\r\\nX: y"},
          {"name":"b","file":"f","contentType":"ä"},
          {"name":"c","file":"f","contentType":"text/plain","labels":{"zone":"no blank"}},
          {"name":"d","file":"f","contentType":"text/plain","owner":"\\u0000"},
          {"name":"e","file":"f","contentType":"text/plain","description":"%s"},
          {"name":"f","file":"f","contentType":"%s"},
          {"name":"good","file":"f","contentType":"text/plain"}]}
        """
            .formatted("x".repeat(2_000), "a/" + "b".repeat(300));
    take(namespace, "", Zips.of("muster.json", items, "f", ""))
        .statusCode(422)
        .body("code", equalTo("invalid-archive"))
        .body("problems.file", contains("a", "b", "c", "d", "e", "f"))
        .body("problems[0].message", startsWith("contentType: the content type is a media type"))
        .body("problems[2].message", startsWith("labels.zone: the value of a label is"));
    given().get(Http.item(namespace, "good")).then().statusCode(404);
    take(namespace, "", Zips.of("muster.json", "{\"muster\":1,\"items\":[null]}"))
        .statusCode(422)
        .body("problems.message", hasItem("items[0] is no JSON object."));
    take(
            namespace,
            "",
            Zips.of(
                "G/a",
                "",
                ".metadata.yml",
                "metadata:\n- {dataId: a, group: G, desc: \"bell \\a\", type: text}\n"))
        .statusCode(422)
        .body("code", equalTo("invalid-archive"))
        .body("problems.file", contains("G/a"))
        .body("problems[0].message", startsWith("description: "));
  }
}
