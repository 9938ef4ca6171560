package dev.muster.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;

/** Follows all items of a folder by a stream of events, with their contents. */
final class StreamSubscriber extends Subscriber {
  /** Longer than a stream is ever silent. */
  private static final long SILENT_MILLIS_MAX = 20_000;

  private final String folder;
  private long events;
  private boolean reads = true;

  StreamSubscriber(Setting setting, String name, int home, String folder, List<String> items) {
    super(setting, name, home, false, items);
    this.folder = folder;
  }

  @Override
  void ask() {
    String path = "/namespaces/delivery/configs?content=true&prefix=" + folder + "/";
    if (reads) {
      send(HttpMethod.GET, path + "&limit=1000", null, this::takeList);
    } else {
      send(
          HttpMethod.GET,
          path,
          null,
          this::takeStream,
          "Accept",
          "text/event-stream",
          "Last-Event-ID",
          Long.toString(state()));
    }
  }

  private void takeList(HttpClientResponse response, int attempt) {
    response
        .body()
        .onFailure(failure -> elsewhere(attempt))
        .onSuccess(
            body -> {
              if (!isNewest(attempt)) {
                return;
              }
              if (response.statusCode() != 200) {
                surprise(response, attempt);
                return;
              }
              toldOfState(Long.parseLong(response.getHeader("Muster-Revision")));
              for (Object each : body.toJsonObject().getJsonArray("items")) {
                JsonObject item = (JsonObject) each;
                if (item.getLong("revision") != known.get(item.getString("name")).longValue()) {
                  told(item);
                }
              }
              reads = false;
              next();
            });
  }

  private void takeStream(HttpClientResponse response, int attempt) {
    if (!isNewest(attempt)) {
      return;
    }
    if (response.statusCode() == 410) {
      reads = true;
      next();
      return;
    }
    if (response.statusCode() != 200) {
      surprise(response, attempt);
      return;
    }
    int stream = keepAttempt();
    watchSilence(stream, events);
    RecordParser parser = RecordParser.newDelimited("\n\n", event -> takeEvent(event, stream));
    response.handler(parser);
    response.endHandler(end -> elsewhere(stream));
    response.exceptionHandler(broken -> elsewhere(stream));
  }

  private void watchSilence(int stream, long heard) {
    setting
        .vertx()
        .setTimer(
            SILENT_MILLIS_MAX,
            fired -> {
              if (events == heard) {
                elsewhere(stream);
              } else if (isNewest(stream)) {
                watchSilence(stream, events);
              }
            });
  }

  private void takeEvent(Buffer event, int stream) {
    if (!isNewest(stream)) {
      return;
    }
    events++;
    String type = "";
    String id = "";
    String data = "";
    for (String line : event.toString().split("\n", -1)) {
      if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      }
    }
    switch (type) {
      case "put" -> told(new JsonObject(data));
      case "reset" -> {
        reads = true;
        next();
        return;
      }
      case "bookmark", "" -> {
        // tells of no item
      }
      default -> {
        setting.book().violation(name + " was told " + event);
        elsewhere(stream);
        return;
      }
    }
    if (!id.isEmpty()) {
      toldOfState(Long.parseLong(id));
    }
  }

  private void told(JsonObject item) {
    told(item.getString("name"), item.getLong("revision"), item.getString("content"));
  }
}
