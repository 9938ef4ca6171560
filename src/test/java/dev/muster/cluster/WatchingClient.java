package dev.muster.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.cluster.history.Sighting;
import dev.muster.cluster.history.Watcher;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches all items of a namespace by server-sent events, and goes on elsewhere, from where it was,
 * when a node fails it. One thread.
 */
final class WatchingClient {
  private static final int GONE = 410;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final List<URI> nodes;
  private final String path;
  private final MusterClient client;
  private final List<Watcher> ended = new ArrayList<>();
  private final List<Sighting> seen = new ArrayList<>();
  private long after;
  private int node;
  private int gone;
  private volatile long heard;
  private volatile EventStream open;
  private volatile long endRevision = Long.MAX_VALUE;

  WatchingClient(
      String name,
      List<URI> nodes,
      int firstNode,
      String namespace,
      long after,
      MusterClient client) {
    this.client = client;
    this.name = name;
    this.nodes = nodes;
    this.node = firstNode;
    this.path = "/api/v1/namespaces/" + namespace + "/configs";
    this.after = after;
    this.heard = after;
  }

  String name() {
    return name;
  }

  /** Watches until it has heard of the end's revision. */
  void run() {
    while (heard < endRevision) {
      URI uri = nodes.get(node++ % nodes.size()).resolve(path);
      try (EventStream stream = new EventStream(uri, Long.toString(heard))) {
        open = stream;
        listen(stream);
      } catch (EventStream.RefusedException e) {
        gone += e.status == GONE ? 1 : 0;
        Await.pause();
      } catch (IOException e) {
        Await.pause(); // down or stopped: the next one goes on
      }
      if (gone >= nodes.size()) {
        readAgain(uri);
      }
    }
  }

  /** Nobody knows any more what happened since: begins anew, from a state that has it all. */
  private void readAgain(URI uri) {
    try {
      MusterClient.Answer answer =
          client.get(uri, path + "?limit=1", "Muster-Min-Revision", Long.toString(heard));
      if (answer.status() == 200) {
        ended.add(new Watcher(name, "", after, heard, seen));
        seen.clear();
        after = answer.revision();
        heard = after;
        gone = 0;
      }
    } catch (IOException e) {
      Await.pause();
    }
  }

  /** Ends the watching once this revision has been heard of. */
  void endAt(long revision) {
    endRevision = revision;
    EventStream stream = open;
    if (heard >= revision && stream != null) {
      stream.close(); // nothing more will come that would make it look
    }
  }

  /**
   * What it was told: more than one where it had to begin anew in between. Read it when the thread
   * has ended.
   */
  List<Watcher> watched() {
    List<Watcher> all = new ArrayList<>(ended);
    all.add(new Watcher(name, "", after, heard, seen));
    return all;
  }

  private void listen(EventStream stream) throws IOException {
    for (EventStream.Event event = stream.next(); event != null; event = stream.next()) {
      switch (event.type()) {
        case "put" -> take(event, false);
        case "delete" -> take(event, true);
        case "bookmark" -> heard = Math.max(heard, Long.parseLong(event.id()));
        case "reset" -> {
          gone++;
          return;
        }
        default -> throw new AssertionError(name + " was told " + event);
      }
      if (heard >= endRevision) {
        return;
      }
    }
  }

  private void take(EventStream.Event event, boolean deleted) throws JsonProcessingException {
    JsonNode data = JSON.readTree(event.data());
    long revision = Long.parseLong(event.id());
    String value = deleted ? null : Marked.value(data.path("contentType").asText());
    seen.add(new Sighting(revision, data.path("name").asText(), value));
    heard = revision;
    gone = 0;
  }
}
