package dev.muster.bench;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * One HTTP/1.1 connection with one request at a time. Much cheaper than a real client, since it
 * knows only what our nodes send: an answer has a Content-Length or no body at all. Lives on its
 * event loop.
 */
final class Connection {
  /** Told instead of a status when the connection is gone. */
  static final int BROKEN = -1;

  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  private final NetSocket socket;
  private Buffer received;
  private IntConsumer waiting;
  private boolean closed;

  private Connection(NetSocket socket) {
    this.socket = socket;
    socket.handler(this::receive);
    socket.closeHandler(gone -> broken());
    socket.exceptionHandler(failure -> socket.close());
  }

  static Future<Connection> open(NetClient net, URI node) {
    return net.connect(node.getPort(), node.getHost()).map(Connection::new);
  }

  /** A request, encoded once and sent as often as one likes. */
  static Buffer encode(String method, URI node, String path, String body, String... headers) {
    StringBuilder text = new StringBuilder(256);
    text.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ");
    text.append(node.getAuthority()).append("\r\n");
    for (int i = 0; i < headers.length; i += 2) {
      text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    if (body != null) {
      text.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return Buffer.buffer(text.append("\r\n").append(body == null ? "" : body).toString());
  }

  /** Sends a request; tells the status once the whole answer is there. */
  void send(Buffer request, IntConsumer whenAnswered) {
    if (closed) {
      whenAnswered.accept(BROKEN);
      return;
    }
    waiting = whenAnswered;
    socket.write(request);
  }

  void close() {
    socket.close();
  }

  private void broken() {
    closed = true;
    answer(BROKEN);
  }

  private void answer(int status) {
    IntConsumer told = waiting;
    waiting = null;
    if (told != null) {
      told.accept(status);
    }
  }

  private void receive(Buffer bytes) {
    received = received == null ? bytes : received.appendBuffer(bytes);
    int bodyAt = endOfHead();
    if (bodyAt < 0) {
      return;
    }
    int status = Integer.parseInt(received.getString(9, 12));
    if (received.length() >= bodyAt + (status == 304 || status == 204 ? 0 : bodyLength(bodyAt))) {
      received = null;
      answer(status);
    }
  }

  private int endOfHead() {
    for (int i = 3; i < received.length(); i++) {
      if (received.getByte(i) == '\n'
          && received.getByte(i - 1) == '\r'
          && received.getByte(i - 2) == '\n'
          && received.getByte(i - 3) == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  private int bodyLength(int headEnd) {
    for (int at = 0; at < headEnd - LENGTH.length; at++) {
      if (received.getByte(at) == '\n' && isLength(at + 1)) {
        int from = at + 1 + LENGTH.length;
        int to = from;
        while (received.getByte(to) != '\r') {
          to++;
        }
        return Integer.parseInt(received.getString(from, to).trim());
      }
    }
    throw new IllegalStateException(
        "an answer without Content-Length:\n"
            + received.getString(0, headEnd).toLowerCase(Locale.ROOT));
  }

  private boolean isLength(int at) {
    for (int i = 0; i < LENGTH.length; i++) {
      int letter = received.getByte(at + i);
      if ((letter >= 'A' && letter <= 'Z' ? letter + 32 : letter) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }
}
