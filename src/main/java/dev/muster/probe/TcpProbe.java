package dev.muster.probe;

import dev.muster.discovery.check.ProbeResult;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.net.InetAddress;

/** A connection that is made and closed; nothing is sent. */
final class TcpProbe {
  private TcpProbe() {}

  static void run(Attempt attempt, InetAddress judged) {
    NetClient client =
        attempt
            .vertx()
            .createNetClient(new NetClientOptions().setConnectTimeout(attempt.timeoutMillis()));
    attempt.closing(() -> client.close());
    client
        .connect(attempt.socketAddress(judged, attempt.target().address()))
        .onSuccess(socket -> attempt.finish(ProbeResult.passing("connected")))
        .onFailure(attempt::failed);
  }
}
