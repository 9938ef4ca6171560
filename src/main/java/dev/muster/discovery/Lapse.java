package dev.muster.discovery;

import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Session;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session that owns instances, and has been silent for longer than its time to live. Only for the
 * leader, which alone knows who is silent; guarded by {@link Leases}.
 */
final class Lapse {
  private static final int INSTANCE_DEPTH = 4;

  /**
   * One of the instances.
   *
   * @param served whether it got traffic when it fell silent
   * @param kept what kept it in traffic by then, as it was silent before; nothing if it was not
   * @param domains what it counts for, the narrowest first
   */
  record Instance(
      Path path,
      long createdRevision,
      boolean served,
      InstanceStatus.@Nullable Kept kept,
      List<FailureDomain> domains) {
    InstanceKey key() {
      return InstanceKey.of(path);
    }
  }

  final long session;
  final long ttlMillis;
  final long graceMillis;

  /** Whether the session is an instance's own lease: that becomes critical before it is removed. */
  final boolean own;

  final List<Instance> instances;

  /** When it was seen, by the tenure's clock. */
  final long atMillis;

  /** What is to be done was found out. */
  boolean decided;

  /**
   * Those of its instances that are served on, each with the narrowest of its domains that failed
   * as a whole. While there are any, it does not end.
   */
  final Map<Path, FailureDomain> keptBy = new HashMap<>();

  /** It has ended. */
  boolean gone;

  /** How long it was silent when its grace began. */
  private long graceFromMillis;

  private Lapse(
      Session session, long graceMillis, boolean own, List<Instance> instances, long atMillis) {
    this.session = session.id();
    this.ttlMillis = session.ttlMillis();
    this.graceMillis = graceMillis;
    this.own = own;
    this.instances = List.copyOf(instances);
    this.atMillis = atMillis;
    this.graceFromMillis = session.ttlMillis();
  }

  /**
   * Looks at what a session owns.
   *
   * @return nothing for one that owns no instances, or something else as well: others wait for a
   *     lock, and must not wait for longer because the lock's owner is an instance, too
   */
  static @Nullable Lapse of(Session session, State state, long nowMillis) {
    List<Instance> instances = new ArrayList<>();
    boolean own = false;
    long graceMillis = 0;
    for (Path path : session.ephemerals()) {
      Node node = isInstance(path) ? state.tree().find(path) : null;
      if (node == null) {
        return null;
      }
      own = Lifetime.isOwn(node);
      if (own) {
        graceMillis = StoredInstance.graceMillis(node.data()).orElse(session.ttlMillis());
      }
      instances.add(
          new Instance(
              path,
              node.stat().createdRevision(),
              InstanceStatus.isServed(node, Health.WARNING),
              InstanceStatus.kept(node),
              domains(path.parent(), node, state)));
    }
    return instances.isEmpty() ? null : new Lapse(session, graceMillis, own, instances, nowMillis);
  }

  private static List<FailureDomain> domains(Path service, Node instance, State state) {
    FailureDomain itself = new FailureDomain.Service(service);
    String zone = StoredInstance.zone(instance.data());
    return zone == null || !ZoneCensus.takesPart(state.tree().find(service))
        ? List.of(itself)
        : List.of(itself, new FailureDomain.Zone(zone));
  }

  static boolean isInstance(Path path) {
    return path.depth() == INSTANCE_DEPTH
        && path.isAtOrUnder(InstanceKey.SERVICES)
        && InstanceKey.isId(path.name());
  }

  /** The node, if it is still that of this registration. */
  static @Nullable Node nodeOf(Instance instance, State state) {
    Node node = state.tree().find(instance.path());
    return node != null && node.stat().createdRevision() == instance.createdRevision()
        ? node
        : null;
  }

  /** Whether the node's life is that of the session. */
  static boolean isOf(Node node, long session) {
    return node.stat().life() instanceof Life.Ephemeral ephemeral && ephemeral.session() == session;
  }

  /** What an instance of it is to be marked with; nothing if it is not served on. */
  InstanceStatus.@Nullable Kept mark(Instance instance) {
    FailureDomain domain = keptBy.get(instance.path());
    return domain == null ? null : domain.kept();
  }

  boolean isKept() {
    return !keptBy.isEmpty();
  }

  /** Its protection is over; its grace begins when it is asked for next. */
  void release() {
    graceFromMillis = -1;
  }

  /** For how long more it is to be kept, once that is decided. */
  long graceLeftMillis(long silentMillis) {
    if (graceFromMillis < 0) {
      graceFromMillis = silentMillis;
    }
    return Math.max(0, graceFromMillis + graceMillis - silentMillis);
  }
}
