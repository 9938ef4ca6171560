package dev.muster.discovery.check;

import dev.muster.core.Bytes;
import dev.muster.discovery.Instance;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.Port;
import dev.muster.discovery.StoredInstance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An instance that has checks, whoever runs them. Keeps no more than is needed to tell whose they
 * are: the bytes are those of the tree.
 *
 * @param hashes of its checks, in their order
 */
record CheckedInstance(InstanceKey key, long createdRevision, Bytes stored, List<Long> hashes) {

  static CheckedInstance of(InstanceKey key, long createdRevision, Bytes stored) {
    List<Long> hashes = new ArrayList<>();
    for (CheckSpec check : StoredChecks.read(stored)) {
      hashes.add(Placement.hash(key, check.id()));
    }
    return new CheckedInstance(key, createdRevision, stored, List.copyOf(hashes));
  }

  List<CheckSpec> checks() {
    return StoredChecks.read(stored);
  }

  /** Where a check goes to. */
  Prober.Target target(CheckSpec check) {
    Instance instance = StoredInstance.decode(stored);
    Map<String, Integer> named = new HashMap<>();
    for (Port port : instance.ports()) {
      named.put(port.name(), port.number());
    }
    return new Prober.Target(instance.address(), check.terms().port().of(instance.port(), named));
  }
}
