package dev.muster.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Follows many items by batch polls. */
final class BatchSubscriber extends Subscriber {
  BatchSubscriber(Setting setting, String name, int home, boolean roams, List<String> items) {
    super(setting, name, home, roams, items);
  }

  @Override
  void ask() {
    JsonArray items = new JsonArray();
    known.forEach(
        (item, revision) ->
            items.add(
                new JsonObject()
                    .put("namespace", "delivery")
                    .put("name", item)
                    .put("revision", revision)));
    Buffer body =
        new JsonObject()
            .put("revision", state())
            .put("content", true)
            .put("items", items)
            .toBuffer();
    send(
        HttpMethod.POST,
        "/poll",
        body,
        this::take,
        "Content-Type",
        "application/json",
        "Prefer",
        "wait=" + WAIT_SECONDS);
  }

  private void take(HttpClientResponse response, int attempt) {
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
              JsonObject answer = body.toJsonObject();
              toldOfState(answer.getLong("revision"));
              for (Object each : answer.getJsonArray("changed")) {
                JsonObject item = (JsonObject) each;
                told(item.getString("name"), item.getLong("revision"), item.getString("content"));
              }
              next();
            });
  }
}
