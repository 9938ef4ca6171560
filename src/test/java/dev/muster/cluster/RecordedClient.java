package dev.muster.cluster;

import dev.muster.cluster.MusterClient.Answer;
import dev.muster.cluster.history.History;
import dev.muster.cluster.history.Outcome;
import dev.muster.cluster.history.Outcome.Conflict;
import dev.muster.cluster.history.Outcome.Done;
import dev.muster.cluster.history.Outcome.Failed;
import dev.muster.cluster.history.Outcome.Found;
import dev.muster.cluster.history.Outcome.Missing;
import dev.muster.cluster.history.Outcome.Unknown;
import dev.muster.cluster.history.Request;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.util.List;
import java.util.Queue;

/**
 * A client of the config items of one namespace that writes down every operation. It stays with a
 * node until that fails it, then goes on to the next. One thread each.
 */
final class RecordedClient {
  private final String name;
  private final List<URI> nodes;
  private final String items;
  private final MusterClient client;
  private final History history;
  private final Queue<String> surprises;
  private int node;

  /**
   * Makes a client.
   *
   * @param firstNode which node it begins with
   * @param surprises told of answers that no node should ever give
   */
  RecordedClient(
      String name,
      List<URI> nodes,
      int firstNode,
      String namespace,
      MusterClient client,
      History history,
      Queue<String> surprises) {
    this.name = name;
    this.nodes = nodes;
    this.node = firstNode;
    this.items = "/api/v1/namespaces/" + namespace + "/configs/";
    this.client = client;
    this.history = history;
    this.surprises = surprises;
  }

  String name() {
    return name;
  }

  /** A linearizable read. */
  Outcome read(String key) {
    return record(
        key,
        new Request.Read(),
        () -> client.get(uri(), items + key + "?consistency=linearizable"));
  }

  Outcome write(String key, String value) {
    return record(
        key,
        new Request.Write(value),
        () -> client.put(uri(), items + key, value, "Content-Type", Marked.type(value)));
  }

  Outcome create(String key, String value) {
    return record(
        key,
        new Request.Create(value),
        () ->
            client.put(
                uri(),
                items + key,
                value,
                "If-None-Match",
                "*",
                "Content-Type",
                Marked.type(value)));
  }

  Outcome compareAndSet(String key, long expectedRevision, String value) {
    String etag = "\"" + expectedRevision + "\"";
    return record(
        key,
        new Request.CompareAndSet(expectedRevision, value),
        () ->
            client.put(
                uri(), items + key, value, "If-Match", etag, "Content-Type", Marked.type(value)));
  }

  Outcome delete(String key) {
    return record(key, new Request.Delete(), () -> client.delete(uri(), items + key));
  }

  private interface Sending {
    Answer send() throws IOException;
  }

  private Outcome record(String key, Request request, Sending sending) {
    History.Call call = history.invoke(name, key, request);
    Outcome outcome;
    try {
      outcome = outcome(request, sending.send());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      outcome = new Failed();
    } catch (IOException e) {
      outcome = new Unknown();
    }
    call.returned(outcome);
    if (outcome instanceof Failed || outcome instanceof Unknown) {
      node++;
      Await.pause();
    }
    return outcome;
  }

  private Outcome outcome(Request request, Answer answer) {
    String code = answer.code();
    return switch (answer.status()) {
      case 200, 201, 204 -> done(request, answer);
      case 404 -> code.equals("unknown-item") ? new Missing() : surprise(request, answer);
      case 409 -> code.equals("contention") ? new Failed() : surprise(request, answer);
      case 412 -> new Conflict(answer.json().path("actual").asLong(Outcome.NO_REVISION));
      case 503 -> unavailable(request, answer);
      default -> surprise(request, answer);
    };
  }

  private static Outcome done(Request request, Answer answer) {
    if (request instanceof Request.Read) {
      return new Found(answer.modifiedRevision(), Marked.value(answer));
    }
    // A deleted item has no ETag any more; the state's revision is that of the deletion.
    boolean deleted = request instanceof Request.Delete;
    return new Done(deleted ? answer.revision() : answer.modifiedRevision());
  }

  private static Outcome unavailable(Request request, Answer answer) {
    boolean notDone = answer.json().path("outcome").asText().equals("not-done");
    return notDone || !request.isWrite() ? new Failed() : new Unknown();
  }

  private Outcome surprise(Request request, Answer answer) {
    surprises.add(name + " asked for " + request + " and got " + answer);
    return new Unknown();
  }

  private URI uri() {
    return nodes.get(node % nodes.size());
  }
}
