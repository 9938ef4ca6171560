package dev.muster.door.rest;

import dev.muster.coordination.SessionId;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Stat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is known of a node beside its data, as JSON. */
final class StatJson {
  private StatJson() {}

  /** All of it. */
  static Map<String, Object> of(Node node) {
    Map<String, Object> body = of(node.stat());
    body.put("subtreeRevision", node.stat().subtreeRevision());
    body.put("bytes", node.data().length());
    body.put("children", node.children().size());
    body.put("attributes", node.attributes());
    return body;
  }

  /** What the stat alone tells. */
  static Map<String, Object> of(Stat stat) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("createdRevision", stat.createdRevision());
    body.put("createdMillis", stat.createdMillis());
    body.put("modifiedRevision", stat.modifiedRevision());
    body.put("modifiedMillis", stat.modifiedMillis());
    body.put("childrenRevision", stat.childrenRevision());
    body.put("childrenMillis", stat.childrenMillis());
    body.put("version", stat.version());
    body.put("attributesVersion", stat.attributesVersion());
    body.put("childrenCreated", stat.childrenCreated());
    putLife(body, stat.life());
    return body;
  }

  /** For lists: what a person or a program looks at first. */
  static Map<String, Object> brief(String name, Node node) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("modifiedRevision", node.stat().modifiedRevision());
    body.put("version", node.stat().version());
    body.put("bytes", node.data().length());
    body.put("children", node.children().size());
    putLife(body, node.stat().life());
    return body;
  }

  static void putLife(Map<String, Object> body, Life life) {
    if (life instanceof Life.Ephemeral ephemeral) {
      body.put("kind", "ephemeral");
      body.put("session", SessionId.format(ephemeral.session()));
    } else if (life instanceof Life.Ttl ttl) {
      body.put("kind", "ttl");
      body.put("ttlSeconds", Seconds.ofMillis(ttl.ttlMillis()));
    } else if (life instanceof Life.Container) {
      body.put("kind", "container");
    } else {
      body.put("kind", "persistent");
    }
  }
}
