package dev.muster.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server on loopback that does to each connection what the test says. */
final class TestServer implements AutoCloseable {
  /** What happens to a connection; it is closed behind. */
  interface Behavior {
    void serve(Socket socket) throws Exception;
  }

  private final ServerSocket socket;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private TestServer(ServerSocket socket, Behavior behavior) {
    this.socket = socket;
    Thread acceptor = new Thread(() -> accept(behavior), "test-server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  static TestServer tcp(Behavior behavior) throws IOException {
    return new TestServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behavior);
  }

  static TestServer tls(KeyStore keys, Behavior behavior)
      throws IOException, GeneralSecurityException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, Certificates.PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return new TestServer(
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
        behavior);
  }

  /** Reads the head of a request, then answers. */
  static Behavior answering(String answer) {
    return socket -> {
      readHead(socket);
      write(socket, answer);
    };
  }

  static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  static String readHead(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("closed");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private void accept(Behavior behavior) {
    while (!socket.isClosed()) {
      try {
        Socket accepted = socket.accept();
        open.add(accepted);
        requests.add("");
        Thread server =
            new Thread(
                () -> {
                  try (accepted) {
                    behavior.serve(accepted);
                  } catch (Exception clientGone) {
                    // What the prober makes of it is what is tested.
                  }
                });
        server.setDaemon(true);
        server.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  int connections() {
    return requests.size();
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket each : open) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
