package dev.muster.door.dns;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;

/**
 * The queries of one TCP connection, each behind its length (RFC 7766). They are answered one after
 * the other; while one is, and while the client does not read, the next ones wait unread. Of an
 * event loop.
 */
final class TcpQueries {
  private static final int LENGTH_BYTES = 2;

  private final NetSocket socket;
  private final Answering answering;
  private final RecordParser parser;
  private boolean atLength = true;

  private TcpQueries(NetSocket socket, Answering answering) {
    this.socket = socket;
    this.answering = answering;
    this.parser = RecordParser.newFixed(LENGTH_BYTES, socket);
  }

  static void read(NetSocket socket, Answering answering) {
    TcpQueries queries = new TcpQueries(socket, answering);
    socket.exceptionHandler(broken -> socket.close());
    queries.parser.exceptionHandler(broken -> socket.close());
    queries.parser.handler(queries::came);
  }

  private void came(Buffer part) {
    if (!atLength) {
      atLength = true;
      parser.fixedSizeMode(LENGTH_BYTES);
      parser.pause();
      if (!answering.answer(part.getBytes(), false, this::send)) {
        socket.close(); // it sends what is no query
      }
      return;
    }
    int length = part.getUnsignedShort(0);
    if (length == 0 || length > DnsLimits.QUERY_BYTES_MAX) {
      socket.close();
      return;
    }
    atLength = false;
    parser.fixedSizeMode(length);
  }

  private void send(byte[] answer) {
    socket.write(
        Buffer.buffer(LENGTH_BYTES + answer.length)
            .appendUnsignedShort(answer.length)
            .appendBytes(answer),
        written -> {
          if (written.succeeded()) {
            parser.resume();
          }
        });
  }
}
