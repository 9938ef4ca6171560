package dev.muster.raft;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Members of clusters within this process, with real logs and sockets. */
public final class LoopbackMembers {
  private LoopbackMembers() {}

  /** Three of them, by name: n1, n2 and n3. */
  public static Map<String, RaftConfig> three(Path directory) throws IOException {
    List<String> names = List.of("n1", "n2", "n3");
    List<Integer> ports = freePorts(names.size());
    List<String> hosts = hosts(ports);
    Map<String, RaftConfig> configs = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      configs.put(
          name,
          new RaftConfig(
              name,
              names,
              "127.0.0.1",
              ports.get(i),
              hosts,
              directory.resolve(name),
              RaftConfig.SNAPSHOT_LOG_BYTES));
    }
    return configs;
  }

  /** Starts all at once, as none is ready before a majority is. */
  public static void start(Collection<RaftConfig> configs, Consumer<RaftConfig> start) {
    CompletableFuture.allOf(
            configs.stream()
                .map(config -> CompletableFuture.runAsync(() -> start.accept(config)))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  static List<String> hosts(List<Integer> ports) {
    return ports.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i : IntStream.range(0, count).toArray()) {
      sockets.add(new ServerSocket(0, 1 + i, InetAddress.getLoopbackAddress()));
    }
    List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }
}
