package dev.muster.bench;

import dev.muster.bench.Load.Requests;
import dev.muster.bench.Load.Result;
import dev.muster.cluster.MusterCluster;
import dev.muster.cluster.MusterProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A run and the processor time of one request, which says more than rates on a busy machine. */
record Measured(Result load, double nodesMicros, double clientMicros) {
  static Measured of(
      Load load,
      List<Connection> connections,
      Duration duration,
      Requests requests,
      MusterCluster cluster)
      throws Exception {
    List<ProcessHandle> nodes = handles(cluster);
    List<ProcessHandle> client = List.of(ProcessHandle.current());
    long nodesBefore = Jvm.cpuNanos(nodes);
    long clientBefore = Jvm.cpuNanos(client);
    Result result = load.run(connections, duration, requests);
    double answers = Math.max(1, result.latencies().count());
    return new Measured(
        result,
        (Jvm.cpuNanos(nodes) - nodesBefore) / 1e3 / answers,
        (Jvm.cpuNanos(client) - clientBefore) / 1e3 / answers);
  }

  static List<ProcessHandle> handles(MusterCluster cluster) {
    List<ProcessHandle> nodes = new ArrayList<>();
    for (MusterProcess node : cluster.nodes()) {
      nodes.add(ProcessHandle.of(node.pid()).orElseThrow());
    }
    return nodes;
  }

  double perSecond() {
    return load.perSecond();
  }
}
