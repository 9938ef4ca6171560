package dev.muster.cluster;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One of very many clients that follow items, and goes on elsewhere with what it has when a node
 * fails it. It holds no thread: everything in it happens on the one event loop of its {@link
 * Delivery}.
 */
abstract class Subscriber {
  static final int WAIT_SECONDS = 4;
  private static final long ANSWER_WITHIN_MILLIS = 6_000;
  private static final long PAUSE_MILLIS = 50;

  /** What all of them share. */
  record Setting(Vertx vertx, HttpClient http, List<URI> nodes, DeliveryBook book, String api) {}

  final Setting setting;
  final String name;

  /** Of each item that it follows, the revision that it was told last. */
  final Map<String, Long> known = new ConcurrentHashMap<>();

  private final Map<String, Long> sequences = new ConcurrentHashMap<>();
  private final int home;
  private final boolean roams;
  private int node;
  private int attempt;
  private long state;
  private HttpClientRequest underWay;
  private boolean over;

  /**
   * A client that has nothing yet.
   *
   * @param home the node that it prefers
   * @param roams whether it asks another node each time
   */
  Subscriber(Setting setting, String name, int home, boolean roams, List<String> items) {
    this.setting = setting;
    this.name = name;
    this.home = home;
    this.node = home;
    this.roams = roams;
    items.forEach(item -> known.put(item, 0L));
  }

  /** Asks for what is newer than what it has. */
  abstract void ask();

  // ---- driven by the test, on the event loop

  final int home() {
    return home;
  }

  /** Drops what is under way and asks this node. */
  final void moveTo(int newNode) {
    node = newNode;
    again(0);
  }

  final void end() {
    over = true;
    attempt++;
    drop();
  }

  /** What it lacks of these revisions by item; from any thread. */
  final List<String> lacks(Map<String, Long> last) {
    return known.entrySet().stream()
        .filter(item -> !item.getValue().equals(last.get(item.getKey())))
        .map(item -> name + " has " + item + ", not " + last.get(item.getKey()))
        .toList();
  }

  // ---- for what it is made of

  /** What happens with an answer; only as long as it is that of the newest request. */
  interface Taker {
    void take(HttpClientResponse response, int attempt);
  }

  final void send(HttpMethod method, String path, Buffer body, Taker taker, String... headers) {
    int mine = ++attempt;
    URI uri = setting.nodes.get(node % setting.nodes.size());
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(uri.getHost())
            .setPort(uri.getPort())
            .setURI(setting.api + path);
    options.putHeader("Muster-Min-Revision", Long.toString(state));
    for (int i = 0; i < headers.length; i += 2) {
      options.putHeader(headers[i], headers[i + 1]);
    }
    answerWithin(ANSWER_WITHIN_MILLIS, mine);
    setting
        .http
        .request(options)
        .onFailure(failure -> elsewhere(mine))
        .onSuccess(
            request -> {
              if (mine != attempt) {
                request.reset();
                return;
              }
              underWay = request;
              request.exceptionHandler(broken -> elsewhere(mine));
              (body == null ? request.send() : request.send(body))
                  .onFailure(failure -> elsewhere(mine))
                  .onSuccess(
                      response -> {
                        response.exceptionHandler(broken -> elsewhere(mine));
                        taker.take(response, mine);
                      });
            });
  }

  /** If this is still the newest attempt then, the node is taken for dead. */
  final void answerWithin(long millis, int mine) {
    setting.vertx.setTimer(millis, fired -> elsewhere(mine));
  }

  /** The answer goes on for long: the time for it does not count any more. */
  final int keepAttempt() {
    return ++attempt;
  }

  final boolean isNewest(int mine) {
    return mine == attempt;
  }

  /** The revision of the newest state that it was told of. */
  final long state() {
    return state;
  }

  /** The answer or event is made from a state of this revision. */
  final void toldOfState(long revision) {
    if (revision < state) {
      setting.book.violation(name + " knew revision " + state + " and was shown " + revision);
    }
    state = Math.max(state, revision);
  }

  /** It was told of an item's content. */
  final void told(String item, long revision, String content) {
    long before = known.getOrDefault(item, 0L);
    long sequence = DeliveryBook.sequence(content);
    long sequenceBefore = sequences.getOrDefault(item, -1L);
    if (revision <= before || sequence <= sequenceBefore || !content.startsWith(item + " ")) {
      setting.book.violation(
          "%s had %s at %d (number %d) and was told of %d: %s"
              .formatted(name, item, before, sequenceBefore, revision, content));
    }
    known.put(item, Math.max(before, revision));
    sequences.put(item, Math.max(sequenceBefore, sequence));
    setting.book.delivered(content);
  }

  final void next() {
    if (roams) {
      node++;
    }
    again(0);
  }

  /** The node failed it: the next one, unless something else was begun meanwhile. */
  final void elsewhere(int mine) {
    if (mine == attempt && !over) {
      node++;
      again(PAUSE_MILLIS);
    }
  }

  final void surprise(HttpClientResponse response, int mine) {
    if (response.statusCode() != 503) {
      setting.book.violation(name + " was answered " + response.statusCode());
    }
    elsewhere(mine);
  }

  private void again(long afterMillis) {
    int mine = ++attempt;
    drop();
    if (over) {
      return;
    }
    if (afterMillis == 0) {
      ask();
    } else {
      setting.vertx.setTimer(
          afterMillis,
          fired -> {
            if (mine == attempt && !over) {
              ask();
            }
          });
    }
  }

  private void drop() {
    HttpClientRequest dropped = underWay;
    underWay = null;
    if (dropped != null) {
      dropped.reset(); // an answer that has come as a whole is not touched by it
    }
  }
}
