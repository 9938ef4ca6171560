package dev.muster.door.dns;

import dev.muster.ledger.Ledger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.BindException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * The network of the DNS door: UDP and TCP on the same address and port. Bounded in connections, in
 * what is under way, and in how long an answer is.
 */
public final class DnsServer implements AutoCloseable {
  /** How often another port is tried where any will do, but UDP's is taken for TCP. */
  private static final int ATTEMPTS_MAX = 20;

  private final DnsSettings settings;
  private final Answering answering;
  private final Connections connections = new Connections();
  private final Vertx vertx;
  private final int idleSeconds;
  private DatagramSocket udp;
  private NetServer tcp;

  /**
   * Listens nowhere yet.
   *
   * @param chance from 0 to below 1, evenly; from any thread
   */
  public DnsServer(
      Vertx vertx,
      Ledger ledger,
      DnsSettings settings,
      DoubleSupplier chance,
      DnsListener listener) {
    this(vertx, ledger, settings, chance, listener, DnsLimits.IDLE_SECONDS);
  }

  /** As above, with connections that end after another time without a query. */
  DnsServer(
      Vertx vertx,
      Ledger ledger,
      DnsSettings settings,
      DoubleSupplier chance,
      DnsListener listener,
      int idleSeconds) {
    this.vertx = vertx;
    this.idleSeconds = idleSeconds;
    this.settings = settings;
    this.answering = new Answering(vertx, ledger, new Responder(settings, chance), listener);
    this.udp = udp();
    this.tcp = tcp();
  }

  /**
   * Begins to answer.
   *
   * @return the port; failed with {@link BindException}, for one, if it is taken
   */
  public Future<Integer> listen() {
    answering.begin();
    return listen(ATTEMPTS_MAX);
  }

  private Future<Integer> listen(int attempts) {
    return udp.listen(settings.port(), settings.address())
        .compose(
            bound -> {
              int port = bound.localAddress().port();
              return tcp.listen(port, settings.address())
                  .map(port)
                  .recover(
                      taken -> {
                        if (settings.port() != 0
                            || attempts == 1
                            || !(taken instanceof BindException)) {
                          return Future.failedFuture(taken);
                        }
                        DatagramSocket other = udp;
                        udp = udp();
                        tcp = tcp();
                        return other.close().compose(closed -> listen(attempts - 1));
                      });
            });
  }

  private DatagramSocket udp() {
    DatagramSocket socket =
        vertx.createDatagramSocket(
            new DatagramSocketOptions().setIpV6(settings.address().indexOf(':') >= 0));
    return socket.handler(packet -> came(socket, packet)).exceptionHandler(broken -> {});
  }

  private void came(DatagramSocket socket, DatagramPacket packet) {
    answering.answer(
        packet.data().getBytes(),
        true,
        // What the kernel does not take is lost, as datagrams may be.
        answer ->
            socket.send(
                Buffer.buffer(answer), packet.sender().port(), packet.sender().host(), sent -> {}));
  }

  private NetServer tcp() {
    return vertx
        .createNetServer(
            new NetServerOptions().setIdleTimeout(idleSeconds).setIdleTimeoutUnit(TimeUnit.SECONDS))
        .connectHandler(this::connected)
        .exceptionHandler(broken -> {});
  }

  private void connected(NetSocket socket) {
    String address = socket.remoteAddress().hostAddress();
    if (!connections.enter(address)) {
      socket.close();
      return;
    }
    socket.closeHandler(closed -> connections.leave(address));
    TcpQueries.read(socket, answering);
  }

  @Override
  public void close() {
    answering.close();
    udp.close();
    tcp.close();
  }

  /** How many there are, in all and of each address. */
  private static final class Connections {
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int total;

    synchronized boolean enter(String address) {
      int ofAddress = byAddress.getOrDefault(address, 0);
      if (total >= DnsLimits.CONNECTIONS_MAX
          || ofAddress >= DnsLimits.CONNECTIONS_PER_ADDRESS_MAX) {
        return false;
      }
      total++;
      byAddress.put(address, ofAddress + 1);
      return true;
    }

    synchronized void leave(String address) {
      total--;
      byAddress.compute(address, (same, count) -> count == null || count <= 1 ? null : count - 1);
    }
  }
}
