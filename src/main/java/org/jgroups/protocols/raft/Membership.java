package org.jgroups.protocols.raft;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.View;
import org.jgroups.raft.util.Utils;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Which members this one is in touch with: those it has heard within {@link #SILENCE_NANOS}. Raft's
 * thread only.
 *
 * <p>JGroups' views are not the answer, only a hint: after a process was frozen, or the network was
 * cut, its members see different views for many seconds, and a leader of one view would not speak
 * to who is in another one. Here a view introduces those whom it adds and takes away those who have
 * left it, which is quicker than to wait for silence; and whoever speaks is there, in the view or
 * not. Members that are not spoken to otherwise are pinged.
 *
 * <p>A member that starts again has a new address, and all that was known of its former life, its
 * late messages included, is void.
 */
@NullMarked
final class Membership {
  /** Who was not heard for so long is not in touch; several pings may be lost. */
  static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How often a member lets the others know that it is there. */
  static final long PING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Who is silent for longer is pinged rarely: connecting to a dead host holds up the others. */
  private static final long DEAD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long PING_DEAD_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A new address takes its member's place only when the former one has been silent so long. */
  private static final long SUCCESSION_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int FORMER_MAX = 64;

  private final GuardedRaft raft;

  /** By member, so that all have the same order. */
  private final Map<String, Contact> contacts = new TreeMap<>();

  /** Addresses of lives that were followed by another one. */
  private final Set<Address> former =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Address, Boolean> eldest) {
              return size() > FORMER_MAX;
            }
          });

  private Set<Address> view = Set.of();
  private List<Address> live = List.of();
  private Map<String, Address> inTouch = Map.of();
  private boolean joined;
  private boolean leaving;
  private long nextPingNanos;

  private static final class Contact {
    final Address address;
    long heardNanos;
    long pingedNanos;
    boolean left;
    boolean warned;

    Contact(Address address, long now) {
      this.address = address;
      this.heardNanos = now;
      this.pingedNanos = now - PING_DEAD_NANOS;
    }

    boolean heardWithin(long nanos, long now) {
      return !left && now - heardNanos <= nanos;
    }
  }

  Membership(GuardedRaft raft) {
    this.raft = raft;
  }

  /** The members in touch, in the order of their names; this one among them once it has joined. */
  List<Address> live() {
    return live;
  }

  /** The same by their ids. */
  Map<String, Address> inTouch() {
    return inTouch;
  }

  /** The member id in an address; null for a stranger. */
  @Nullable String idOf(Address address) {
    String member = Utils.extractRaftId(address);
    return member != null && raft.members().contains(member) ? member : null;
  }

  /**
   * A message came.
   *
   * @return false when it is from a former life of the member, or from a second process that goes
   *     by its name: nothing that it says counts
   */
  boolean heard(Address from, String member) {
    long now = raft.nanoTime();
    Contact contact = contacts.get(member);
    if (contact == null || !contact.address.equals(from)) {
      if (!succeeds(from, member, contact, now)) {
        return false;
      }
      contact = new Contact(from, now);
      contacts.put(member, contact);
      if (joined) {
        raft.ping(from);
      }
    }
    contact.heardNanos = now;
    contact.left = false;
    if (!live.contains(from)) {
      refresh(now);
    }
    return true;
  }

  private boolean succeeds(Address from, String member, @Nullable Contact present, long now) {
    if (former.contains(from) || member.equals(raft.raftId())) {
      return false;
    }
    if (present != null && present.heardWithin(SUCCESSION_NANOS, now)) {
      if (!present.warned) {
        present.warned = true;
        raft.getLog()
            .error(
                "%s: two processes go by the name %s, or one was started again within %d ms; the second one is ignored until the first is silent",
                raft.raftId(), member, TimeUnit.NANOSECONDS.toMillis(SUCCESSION_NANOS));
      }
      return false;
    }
    if (present != null) {
      former.add(present.address);
    }
    return true;
  }

  /** Says goodbye: it does not come back in this life. */
  void left(Address from) {
    depart(from);
    refresh(raft.nanoTime());
  }

  private void depart(Address address) {
    for (Contact contact : contacts.values()) {
      contact.left |= contact.address.equals(address);
    }
  }

  void viewChanged(View next) {
    Set<Address> before = view;
    view = new HashSet<>(next.getMembers());
    joined |= !leaving && view.contains(raft.getAddress());
    before.stream().filter(address -> !view.contains(address)).forEach(this::depart);
    long now = raft.nanoTime();
    for (Address address : next) {
      String member = idOf(address);
      if (member != null && !before.contains(address) && !address.equals(raft.getAddress())) {
        heard(address, member);
      }
    }
    refresh(now);
  }

  /** This member is about to leave: it neither stands for election nor pings any more. */
  void leave() {
    for (Address member : live) {
      if (!member.equals(raft.getAddress())) {
        raft.send(member, null, new RaftSignal(RaftSignal.Kind.LEAVING, raft.currentTerm()));
      }
    }
    forget();
    leaving = true;
  }

  /** The channel is closed; another connect would be another life. */
  void disconnected() {
    forget();
    leaving = false;
  }

  private void forget() {
    joined = false;
    view = Set.of();
    contacts.clear();
    live = List.of();
    inTouch = Map.of();
  }

  void tick(long now) {
    refresh(now);
    if (joined && now - nextPingNanos >= 0) {
      nextPingNanos = now + PING_NANOS;
      ping(now);
    }
  }

  private void ping(long now) {
    for (Contact contact : contacts.values()) {
      boolean dead = !contact.heardWithin(DEAD_NANOS, now);
      if (!dead || now - contact.pingedNanos >= PING_DEAD_NANOS) {
        contact.pingedNanos = now;
        raft.ping(contact.address);
      }
    }
    if (live.size() < raft.members().size()) {
      for (Address address : discovered()) {
        raft.ping(address);
      }
    }
  }

  /** Addresses of members that are not known otherwise, or have started again. */
  private List<Address> discovered() {
    Object known = raft.getDownProtocol().down(new Event(Event.GET_LOGICAL_PHYSICAL_MAPPINGS));
    List<Address> found = new ArrayList<>();
    if (known instanceof Map<?, ?> physical) {
      for (Object key : physical.keySet()) {
        if (key instanceof Address address && !former.contains(address)) {
          String member = idOf(address);
          Contact contact = member == null ? null : contacts.get(member);
          if (member != null
              && !member.equals(raft.raftId())
              && (contact == null
                  || (!live.contains(contact.address) && !contact.address.equals(address)))) {
            found.add(address);
          }
        }
      }
    }
    return found;
  }

  private void refresh(long now) {
    Map<String, Address> next = new LinkedHashMap<>();
    for (String member : raft.memberOrder()) {
      Contact contact = contacts.get(member);
      if (member.equals(raft.raftId())) {
        if (joined) {
          next.put(member, raft.getAddress());
        }
      } else if (contact != null && contact.heardWithin(SILENCE_NANOS, now)) {
        next.put(member, contact.address);
      }
    }
    if (next.equals(inTouch)) {
      return;
    }
    boolean gathered = live.size() < raft.majority() && next.size() >= raft.majority();
    inTouch = Collections.unmodifiableMap(next);
    live = List.copyOf(next.values());
    if (gathered) {
      raft.election().bePatient(now);
    }
    if (raft.impl() instanceof GuardedLeader leader) {
      leader.membersChanged();
    }
    raft.election().consider(now);
  }
}
