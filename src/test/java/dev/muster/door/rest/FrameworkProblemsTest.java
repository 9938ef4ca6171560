package dev.muster.door.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the framework refuses before a resource is reached is a problem too. */
@QuarkusTest
class FrameworkProblemsTest {
  private static final String POST = "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\n";

  @ParameterizedTest
  @CsvSource({"GET *", "OPTIONS *", "CONNECT a:1", "CONNECT /a"})
  void targetsThatAreNoPaths(String line) throws IOException {
    UnreadableRequestsTest.assertProblem(
        Http.raw(line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        400,
        "invalid-target");
  }

  @Test
  void aHostIsNeeded() throws IOException {
    UnreadableRequestsTest.assertProblem(
        Http.raw("GET /api/v1/ping HTTP/1.1\r\nConnection: close\r\n\r\n"), 400, "invalid-header");
  }

  @ParameterizedTest
  @CsvSource({"zz", "-1", "fffffffffffffffff", "''"})
  void malformedChunkSizes(String size) throws IOException {
    UnreadableRequestsTest.assertProblem(
        Http.raw(POST + "Transfer-Encoding: chunked\r\n\r\n" + size + "\r\n{}\r\n0\r\n\r\n"),
        400,
        "malformed-body");
  }

  @Test
  void aMalformedChunkSizeLater() throws IOException {
    try (Socket socket = Http.connect()) {
      Http.write(socket, POST + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");
      Http.write(socket, "zz\r\n");
      UnreadableRequestsTest.assertProblem(Http.readUntil(socket, "}"), 400, "malformed-body");
      assertEquals(1, socket.getInputStream().readAllBytes().length); // the line end
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /nothing, 404, not-found",
    "GET /q/nothing, 404, not-found",
    "POST /, 404, not-found",
    "TRACE /api/v1/ping, 405, method-not-allowed",
    "GET /%zz, 400, invalid-percent-encoding",
    "GET /q/a%4, 400, invalid-percent-encoding",
  })
  void outsideTheApi(String line, int status, String code) throws IOException {
    UnreadableRequestsTest.assertProblem(
        Http.raw(line + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        status,
        code);
  }

  @Test
  void aBodyTooLargeForTheFramework() throws IOException {
    String answer =
        Http.raw("POST /q/health HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n");
    UnreadableRequestsTest.assertProblem(answer, 413, "body-too-large");
  }
}
