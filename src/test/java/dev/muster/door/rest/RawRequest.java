package dev.muster.door.rest;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Sends a request line as it is written: HTTP clients tidy up, or refuse, what is malformed. */
final class RawRequest {
  private RawRequest() {}

  /** The whole answer to a request without a body. */
  static String send(URI server, String methodAndPath) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(20_000);
      String request =
          methodAndPath
              + " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
