package dev.muster.cluster;

import dev.muster.cluster.MusterClient.Answer;
import dev.muster.cluster.history.Reading;
import dev.muster.cluster.history.Sighting;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Queue;

/**
 * Reads from one node after the other, each time asking for nothing older than it has seen. One
 * thread.
 */
final class SessionReader {
  private final String name;
  private final List<URI> nodes;
  private final String items;
  private final MusterClient client;
  private final Queue<Reading> readings;
  private final Queue<String> surprises;
  private int node;
  private long seen;

  SessionReader(
      String name,
      List<URI> nodes,
      int firstNode,
      String namespace,
      MusterClient client,
      Queue<Reading> readings,
      Queue<String> surprises) {
    this.name = name;
    this.nodes = nodes;
    this.node = firstNode;
    this.items = "/api/v1/namespaces/" + namespace + "/configs/";
    this.client = client;
    this.readings = readings;
    this.surprises = surprises;
  }

  void read(String key) {
    URI uri = nodes.get(node++ % nodes.size());
    try {
      Answer answer = client.get(uri, items + key, "Muster-Min-Revision", Long.toString(seen));
      if (answer.status() == 503) {
        return;
      }
      if (answer.status() != 200 && !answer.code().equals("unknown-item")) {
        surprises.add(name + " got " + answer);
        return;
      }
      Sighting item =
          answer.status() == 200
              ? new Sighting(answer.modifiedRevision(), key, Marked.value(answer))
              : null;
      readings.add(new Reading(name, uri.toString(), answer.revision(), key, item));
      seen = Math.max(seen, answer.revision());
    } catch (IOException e) {
      Await.pause(); // that node is down or stopped: the next one answers
    }
  }
}
