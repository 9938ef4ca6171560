package dev.muster.door.rest;

import dev.muster.subscriber.Standing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Subscribers as JSON. */
final class SubscriberJson {
  private static final long MILLIS = 1_000;

  private SubscriberJson() {}

  static List<Object> all(List<Standing> standings) {
    return standings.stream().map(SubscriberJson::one).toList();
  }

  private static Object one(Standing standing) {
    Map<String, Object> body = new LinkedHashMap<>();
    String client = standing.identity().client();
    if (client != null) {
      body.put("client", client);
    }
    body.put("kind", standing.kind().text());
    body.put("address", standing.identity().address());
    body.put("userAgent", standing.identity().agent());
    body.put("query", standing.query());
    body.put("node", standing.node());
    if (standing.confirmed() >= 0) {
      body.put("confirmed", standing.confirmed());
    }
    if (standing.told() >= 0) {
      body.put("told", standing.told());
    }
    body.put("connected", standing.connected());
    body.put("heardSecondsAgo", standing.heardMillisAgo() / MILLIS);
    return body;
  }
}
