package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.config.transfer.Zips;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Transfers beside writers, and beside each other. */
@QuarkusTest
class TransferRacesTest {
  private static String url(String namespace, String what) {
    return Http.API + "/namespaces/" + namespace + "/" + what;
  }

  private static Response take(String namespace, byte[] archive) {
    return given()
        .config(Http.AS_IS)
        .contentType("application/octet-stream")
        .body(archive)
        .post(url(namespace, "import"));
  }

  @Test
  void whoWritesMeanwhileIsNotOverwritten() {
    String namespace = Http.namespace();
    String[] files = new String[1_000];
    for (int i = 0; i < files.length; i += 2) {
      files[i] = "%03d".formatted(i / 2);
      files[i + 1] = "imported";
    }
    files[files.length - 2] = "contested";
    byte[] archive = Zips.of(files);
    Http.put(namespace, "contested", "begun");
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Long> writer =
        CompletableFuture.supplyAsync(
            () -> {
              long last = 0;
              for (int i = 0; !over.get(); i++) {
                last = Http.put(namespace, "contested", "written " + i);
              }
              return last;
            });
    Response[] refused = new Response[1];
    try {
      Http.await(
          "an import was overtaken by a writer",
          () -> {
            refused[0] = take(namespace, archive);
            return refused[0].statusCode() == 409;
          });
    } finally {
      over.set(true);
    }
    refused[0]
        .then()
        .body("code", equalTo("incomplete-transfer"))
        .body("detail", equalTo(detail(refused[0])))
        .body("transfer.steps.find { it.name == 'contested' }.result", equalTo("refused"))
        .body("transfer.steps.find { it.name == 'contested' }.problem", notNullValue());
    long last = writer.join();
    given()
        .get(Http.item(namespace, "contested"))
        .then()
        .header("ETag", equalTo("\"" + last + "\""));
    take(namespace, archive)
        .then()
        .statusCode(200)
        .body("replaced", equalTo(1))
        .body("unchanged", equalTo(files.length / 2 - 1));
    given().get(Http.item(namespace, "contested")).then().body(equalTo("imported"));
  }

  /** Nothing but the contested item was refused, whichever attempt it was. */
  private static String detail(Response refused) {
    int written = refused.path("transfer.steps.findAll { it.action != 'unchanged' }.size()");
    return "1 of " + written + " items were not written; the same request again does what is left";
  }

  @Test
  void onlySoManyTransfersAreUnderWayAtOnce() throws IOException {
    String namespace = Http.namespace();
    List<Socket> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < RestLimits.TRANSFERS_AT_ONCE_MAX; i++) {
        waiting.add(takeATurn(namespace));
      }
      Http.await(
          "all turns are taken",
          () -> {
            takeRefusedTurnsAgain(namespace, waiting);
            return export(namespace).statusCode() == 429;
          });
      export(namespace)
          .then()
          .statusCode(429)
          .header("Retry-After", equalTo("1"))
          .body("code", equalTo("too-many-transfers"));
      assertEquals(429, take(namespace, Zips.of("a", "b")).statusCode());
      given().post(url(namespace, "copy?from=elsewhere")).then().statusCode(429);
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
    Http.await("who gave up gives its turn back", () -> export(namespace).statusCode() == 200);
    assertEquals(200, take(namespace, Zips.of("a", "b")).statusCode());
  }

  /** An import whose body does not come. */
  private static Socket takeATurn(String namespace) throws IOException {
    Socket socket = Http.connect();
    Http.write(
        socket,
        "POST "
            + url(namespace, "import")
            + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nPK");
    return socket;
  }

  /** The exports that look whether all turns are taken take one themselves for a moment. */
  private static void takeRefusedTurnsAgain(String namespace, List<Socket> waiting) {
    waiting.replaceAll(
        socket -> {
          try {
            if (socket.getInputStream().available() == 0) {
              return socket;
            }
            socket.close();
            return takeATurn(namespace);
          } catch (IOException unexpected) {
            throw new UncheckedIOException(unexpected);
          }
        });
  }

  private static Response export(String namespace) {
    return given().get(url(namespace, "export"));
  }
}
