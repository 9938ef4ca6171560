package dev.muster.cluster;

import dev.muster.cluster.MusterClient.Answer;
import dev.muster.cluster.history.Counters;
import dev.muster.cluster.history.Linearizability;
import dev.muster.cluster.history.Operation;
import dev.muster.cluster.history.Readers;
import dev.muster.cluster.history.RevisionOrder;
import dev.muster.cluster.history.Sighting;
import dev.muster.cluster.history.Timeline;
import dev.muster.cluster.history.Watcher;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Holds all that the clients of a finished {@link Workload} saw against what was promised. */
final class Judge {
  private final Workload workload;
  private final List<Operation> operations;
  private final Timeline timeline;

  Judge(Workload workload) {
    this.workload = workload;
    this.operations = workload.history.operations();
    List<Watcher> watchers =
        workload.watchers.stream().flatMap(watcher -> watcher.watched().stream()).toList();
    this.timeline = new Timeline(operations, watchers);
  }

  /**
   * Everything that is wrong; empty if every promise was kept.
   *
   * @param last the workload's last revision
   */
  List<String> violations(List<URI> nodes, long last) throws IOException {
    List<String> violations = new ArrayList<>(workload.surprises);
    violations.addAll(timeline.violations());
    workload.pollers.forEach(
        poller ->
            violations.addAll(
                timeline.violationsOfPoller(poller.name(), poller.key(), poller.seen())));
    for (URI node : nodes) {
      Map<String, Sighting> end = content(node, last);
      violations.addAll(timeline.violationsOfEnd(node.toString(), end));
      Sighting counter = end.get(Workload.COUNTER);
      long count = counter == null ? 0 : Long.parseLong(counter.value());
      violations.addAll(Counters.violations(operations, Workload.COUNTER, count));
    }
    violations.addAll(Readers.violations(workload.readings));
    violations.addAll(RevisionOrder.violations(operations));
    violations.addAll(Linearizability.violations(operations));
    return violations;
  }

  /** What every key holds on one node in the end. */
  private Map<String, Sighting> content(URI node, long revision) throws IOException {
    MusterClient client = new MusterClient(Duration.ofSeconds(10));
    Set<String> keys =
        operations.stream().map(Operation::key).collect(Collectors.toCollection(TreeSet::new));
    Map<String, Sighting> content = new HashMap<>();
    for (String key : keys) {
      Answer answer =
          client
              .get(
                  node,
                  "/api/v1/namespaces/" + Workload.NAMESPACE + "/configs/" + key,
                  "Muster-Min-Revision",
                  Long.toString(revision))
              .expect(200, 404);
      if (answer.status() == 200) {
        content.put(key, new Sighting(answer.modifiedRevision(), key, Marked.value(answer)));
      }
    }
    return content;
  }
}
