package org.jgroups.protocols.raft;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jgroups.Address;
import org.jgroups.View;
import org.jgroups.raft.util.Utils;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Which of the members are in the view. Raft's thread only. */
@NullMarked
final class Membership {
  private final GuardedRaft raft;
  private List<Address> live = List.of();

  Membership(GuardedRaft raft) {
    this.raft = raft;
  }

  /** The members that are in the view, in its order; this one among them once it has joined. */
  List<Address> live() {
    return live;
  }

  void viewChanged(View view) {
    Map<String, Address> byId = new LinkedHashMap<>();
    for (Address address : view) {
      String member = idOf(address);
      if (member != null) {
        byId.remove(member); // of two lives of one member the later one counts
        byId.put(member, address);
      }
    }
    long now = raft.nanoTime();
    if (live.size() < raft.majority() && byId.size() >= raft.majority()) {
      raft.election().bePatient(now);
    }
    live = List.copyOf(byId.values());
    if (raft.impl() instanceof GuardedLeader leader) {
      leader.viewChanged();
    }
    raft.election().consider(now);
  }

  void left() {
    live = List.of();
  }

  /** The member id in an address; null for a stranger. */
  @Nullable String idOf(Address address) {
    String member = Utils.extractRaftId(address);
    return member != null && raft.members().contains(member) ? member : null;
  }
}
