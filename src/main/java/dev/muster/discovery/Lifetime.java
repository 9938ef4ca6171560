package dev.muster.discovery;

import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import java.util.Map;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * How long an instance's node lives, and whose session that is: an attribute tells the session that
 * discovery opened for the instance from one that a client opened and that must outlive it.
 */
record Lifetime(Life life, PSortedMap<String, String> attributes) {
  private static final String LEASE = "lease";
  private static final String OWN = "own";

  static Lifetime own(long session) {
    return new Lifetime(new Life.Ephemeral(session), TreePMap.from(Map.of(LEASE, OWN)));
  }

  static Lifetime boundTo(long session) {
    return new Lifetime(new Life.Ephemeral(session), TreePMap.empty());
  }

  static Lifetime persistent() {
    return new Lifetime(Life.persistent(), TreePMap.empty());
  }

  /** Whether the node's session is its own, opened with it and ended with it. */
  static boolean isOwn(Node node) {
    return OWN.equals(node.attributes().get(LEASE));
  }

  /** Tells people whose session it is; cut off where it would pass the limit of an owner. */
  static String owner(InstanceKey key) {
    String owner = "instance " + key.service() + "/" + key.id();
    return owner.length() <= Limits.SESSION_OWNER_BYTES_MAX
        ? owner
        : owner.substring(0, Limits.SESSION_OWNER_BYTES_MAX);
  }
}
