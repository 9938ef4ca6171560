package dev.muster.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Follows the instances of one service by a stream of events, and goes on elsewhere, from where it
 * was, when a node fails it. Writes down what becomes of whom. One thread runs it, any may look.
 */
final class ServiceWatcher implements Runnable, AutoCloseable {
  private static final int GONE = 410;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Fleet.Service service;
  private final List<URI> nodes;
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  private int node;
  private int gone;
  private volatile long heard;
  private volatile boolean closed;
  private volatile EventStream open;
  private volatile String failure;

  /**
   * What was told of an instance.
   *
   * @param what {@code created} or {@code deleted}, or else its health
   * @param nanos when, by this JVM's clock
   */
  record Seen(Fleet.Service service, String id, String what, long nanos) {
    @Override
    public String toString() {
      return service.namespace() + "/" + service.name() + "/" + id + " " + what;
    }
  }

  /**
   * @param after the revision of a state in which all is as it should be
   */
  ServiceWatcher(Fleet.Service service, List<URI> nodes, int firstNode, long after) {
    this.service = service;
    this.nodes = nodes;
    this.node = firstNode;
    this.heard = after;
  }

  Fleet.Service service() {
    return service;
  }

  /** All that it was told, in order. */
  List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** The revision up to which nothing can have escaped it. */
  long heard() {
    if (failure != null) {
      throw new AssertionError(service + " cannot be followed: " + failure);
    }
    return heard;
  }

  @Override
  public void run() {
    while (!closed && failure == null) {
      URI uri = nodes.get(node++ % nodes.size()).resolve(service.path() + "/instances");
      try (EventStream stream = new EventStream(uri, Long.toString(heard))) {
        open = stream;
        listen(stream);
      } catch (EventStream.RefusedException e) {
        missed(e.status == GONE, e.getMessage());
        Await.pause();
      } catch (IOException e) {
        Await.pause(); // down or stopped: the next one goes on
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    EventStream stream = open;
    if (stream != null) {
      stream.close();
    }
  }

  /** What none of the nodes can tell any more was not watched. */
  private void missed(boolean isGone, String why) {
    gone = isGone ? gone + 1 : gone;
    if (gone > nodes.size()) {
      failure = why;
    }
  }

  private void listen(EventStream stream) throws IOException {
    for (EventStream.Event event = stream.next(); event != null && !closed; event = stream.next()) {
      JsonNode data = JSON.readTree(event.data());
      switch (event.type()) {
        case "created", "deleted" -> told(data, event.type());
        case "changed" -> told(data, data.path("health").asText());
        case "service", "bookmark" -> {
          // tells of no instance
        }
        case "reset" -> {
          missed(true, event.toString());
          return;
        }
        default -> failure = event.toString();
      }
      heard = Math.max(heard, Long.parseLong(event.id()));
      gone = 0;
    }
  }

  private void told(JsonNode data, String what) {
    seen.add(new Seen(service, data.path("id").asText(), what, System.nanoTime()));
  }
}
