package dev.muster.cluster;

import dev.muster.cluster.MusterClient.Answer;
import dev.muster.cluster.history.Reading;
import dev.muster.cluster.history.Sighting;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/** Long-polls one item that always exists, on one node after the other. One thread. */
final class PollingClient {
  private static final int WAIT_SECONDS = 5;

  private final String name;
  private final List<URI> nodes;
  private final String key;
  private final String path;
  private final MusterClient client;
  private final Queue<Reading> readings;
  private final Queue<String> surprises;
  private final List<Sighting> seen = new ArrayList<>();
  private int node;
  private long stateRevision;
  private String etag = "\"0\"";
  private volatile long endRevision = Long.MAX_VALUE;

  PollingClient(
      String name,
      List<URI> nodes,
      int firstNode,
      String namespace,
      String key,
      MusterClient client,
      Queue<Reading> readings,
      Queue<String> surprises) {
    this.name = name;
    this.nodes = nodes;
    this.node = firstNode;
    this.key = key;
    this.path = "/api/v1/namespaces/" + namespace + "/configs/" + key;
    this.client = client;
    this.readings = readings;
    this.surprises = surprises;
  }

  /** Polls until a poll has ended that began after the end was known and saw its revision. */
  void run(BooleanSupplier over) {
    while (!(over.getAsBoolean() && stateRevision >= endRevision)) {
      URI uri = nodes.get(node++ % nodes.size());
      try {
        take(
            uri,
            client.get(
                uri,
                path,
                "If-None-Match",
                etag,
                "Prefer",
                "wait=" + WAIT_SECONDS,
                "Muster-Min-Revision",
                Long.toString(stateRevision)));
      } catch (IOException e) {
        Await.pause(); // that node is down or stopped: the next one answers
      }
    }
  }

  /** Ends the polling once it has been told of a state of this revision. */
  void endAt(long revision) {
    endRevision = revision;
  }

  String name() {
    return name;
  }

  String key() {
    return key;
  }

  /** What it was told, in order. Read it when the thread has ended. */
  List<Sighting> seen() {
    return seen;
  }

  private void take(URI uri, Answer answer) {
    switch (answer.status()) {
      case 200 -> {
        Sighting item = new Sighting(answer.modifiedRevision(), key, Marked.value(answer));
        seen.add(item);
        etag = answer.etag();
        note(uri, answer, item);
      }
      case 304 -> {
        if (!etag.equals(answer.etag())) {
          surprises.add(name + " asked with " + etag + " and got " + answer);
        }
        note(uri, answer, null);
      }
      case 503 -> Await.pause();
      default -> surprises.add(name + " got " + answer);
    }
  }

  private void note(URI uri, Answer answer, Sighting item) {
    readings.add(new Reading(name, uri.toString(), answer.revision(), key, item));
    stateRevision = Math.max(stateRevision, answer.revision());
  }
}
