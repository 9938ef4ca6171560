package dev.muster.cluster;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** Follows one item by long polls. */
final class PollSubscriber extends Subscriber {
  private final String item;

  PollSubscriber(Setting setting, String name, int home, boolean roams, String item) {
    super(setting, name, home, roams, List.of(item));
    this.item = item;
  }

  @Override
  void ask() {
    send(
        HttpMethod.GET,
        "/namespaces/delivery/configs/" + item,
        null,
        this::take,
        "If-None-Match",
        "\"" + known.get(item) + "\"",
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
              int status = response.statusCode();
              if (status != 200 && status != 304) {
                surprise(response, attempt);
                return;
              }
              toldOfState(Long.parseLong(response.getHeader("Muster-Revision")));
              if (status == 200) {
                long revision = Long.parseLong(response.getHeader("ETag").replace("\"", ""));
                told(item, revision, body.toString());
              }
              next();
            });
  }
}
