package dev.muster.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Free ports of the loopback address, for processes that are started again on the same port: taken
 * below the range from which the kernel gives ports to outgoing connections, so that none of our
 * own clients sits on one while its owner is down.
 */
final class Ports {
  private static final int FIRST = 15_000;
  private static final int LAST = 32_000;
  private static final int TRIES_MAX = 1_000;
  private static final Random RANDOM = new Random();
  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  static synchronized int free() {
    for (int i = 0; i < TRIES_MAX; i++) {
      int port = FIRST + RANDOM.nextInt(LAST - FIRST);
      if (!GIVEN.contains(port) && isFree(port)) {
        GIVEN.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + FIRST + " to " + LAST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
