package dev.muster.boot;

import dev.muster.raft.RaftConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * Sees whether ports are free before the node takes part in the cluster. The HTTP server listens
 * last; a node that fails at that would have been elected, perhaps, and left at once.
 */
final class FreePorts {
  private FreePorts() {}

  /**
   * Listens for HTTP for an instant.
   *
   * @throws CannotStartException if it cannot
   */
  static void checkHttp(Config config) {
    String host = text(config, "quarkus.http.host").orElse("0.0.0.0");
    int port = config.getOptionalValue("quarkus.http.port", Integer.class).orElse(8080);
    boolean plain = !text(config, "quarkus.http.insecure-requests").orElse("").equals("disabled");
    if (plain && port > 0) {
      try {
        listen(host, port);
      } catch (IOException | IllegalArgumentException taken) {
        throw StartFailures.portInUse(host, port, taken);
      }
    }
  }

  /**
   * Listens for the other members for an instant.
   *
   * @throws CannotStartException if it cannot
   */
  static void checkRaft(RaftConfig raft) {
    if (raft.members().size() == 1) {
      return;
    }
    try {
      listen(raft.bindAddress(), raft.port());
    } catch (IOException | IllegalArgumentException taken) {
      throw StartFailures.raftPortInUse(raft.bindAddress() + ":" + raft.port(), taken, taken);
    }
  }

  private static void listen(String host, int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // else what the last run left in TIME_WAIT would be in the way
      socket.bind(new InetSocketAddress(host, port));
    }
  }

  private static Optional<String> text(Config config, String name) {
    return config.getOptionalValue(name, String.class);
  }
}
