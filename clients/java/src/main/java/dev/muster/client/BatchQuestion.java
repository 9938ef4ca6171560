package dev.muster.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One poll for many items of one namespace.
 *
 * @param seen the newest state that any of the items was told from; no older one is an answer
 * @param waitSeconds how long servers may wait for a change; 0 if anything is to be told at once
 * @param askedMillis when, by the client's timer
 */
record BatchQuestion(
    String namespace, List<Item> items, long seen, int waitSeconds, long askedMillis) {

  /** An item, and what was known of it when it was asked for. */
  record Item(Follower follower, Follower.Known known) {
    String path() {
      return follower.resource().path();
    }
  }

  /** Asks for what the followers do not know now. */
  static BatchQuestion of(
      String namespace, Collection<Follower> followers, int waitSeconds, long nowMillis) {
    List<Item> items = new ArrayList<>(followers.size());
    long seen = 0;
    boolean allCurrent = true;
    for (Follower follower : followers) {
      Follower.Known known = follower.known();
      items.add(new Item(follower, known));
      seen = Math.max(seen, known.asOf());
      allCurrent &= known.current();
    }
    return new BatchQuestion(namespace, items, seen, allCurrent ? waitSeconds : 0, nowMillis);
  }

  boolean isLong() {
    return waitSeconds > 0;
  }

  Call call() {
    StringBuilder body =
        new StringBuilder(64 + 64 * items.size())
            .append("{\"content\":true,\"revision\":")
            .append(seen)
            .append(",\"items\":[");
    String itemHead = "{\"namespace\":" + Json.quote(namespace) + ",\"name\":";
    String separator = "";
    for (Item item : items) {
      body.append(separator)
          .append(itemHead)
          .append(Json.quote(item.follower().resource().item()))
          .append(",\"revision\":")
          .append(Math.max(0, item.known().tag()))
          .append('}');
      separator = ",";
    }
    return Call.batchPoll(
        body.append("]}").toString().getBytes(StandardCharsets.UTF_8), waitSeconds);
  }
}
