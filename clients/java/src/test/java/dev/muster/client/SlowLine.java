package dev.muster.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to a server on which whatever it says arrives late. */
final class SlowLine implements AutoCloseable {
  private static final int BUFFER_BYTES = 16_384;

  private final URI server;
  private final long delayMillis;
  private final ServerSocket listening;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  SlowLine(URI server, long delayMillis) throws IOException {
    this.server = server;
    this.delayMillis = delayMillis;
    listening = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listening.accept();
      Socket behind = new Socket(server.getHost(), server.getPort());
      open.add(client);
      open.add(behind);
      start(() -> carry(client, behind, 0));
      start(() -> carry(behind, client, delayMillis));
    }
  }

  private static void carry(Socket from, Socket to, long delayMillis)
      throws IOException, InterruptedException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        Thread.sleep(delayMillis);
        out.write(buffer, 0, read);
      }
    }
  }

  private interface Task {
    void run() throws Exception;
  }

  private static void start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (Exception closed) {
                // One of both ends was closed: so is the other.
              }
            },
            "slow-line");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
