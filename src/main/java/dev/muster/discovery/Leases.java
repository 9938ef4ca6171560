package dev.muster.discovery;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Session;
import dev.muster.core.State;
import dev.muster.duty.Duty;
import dev.muster.duty.Reprieve;
import dev.muster.duty.Tenure;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of instances that are not heard of. One whose lease has lapsed becomes critical,
 * once; it passes again when it is heard of, and is removed when its grace is over. When too many
 * of a service fall silent at once, it is more likely that the hearing fails than that all of them
 * did: the service is protected, its last known good instances are served on, and no session of
 * theirs ends.
 *
 * <p>What is decided is written in batches, one batch at a time, so that other writes flow in
 * between; a decision holds from the moment it is made. A new leader goes on with the protections
 * that stand in the tree.
 */
public final class Leases implements Duty, Reprieve {
  /** Lapses that are decided about at a time. */
  static final int DECIDED_AT_ONCE_MAX = 2_048;

  /** Verdicts that are under way at a time: four transactions or a few more. */
  static final int WRITTEN_AT_ONCE_MAX = 480;

  /** For so long a session is kept until it is decided what becomes of it. */
  static final long DECISION_MILLIS = 250;

  /** A protected session is asked about so often. */
  static final long KEPT_MILLIS = 1_000;

  static final long LOOK_MILLIS = 1_000;

  /** What nobody has confirmed for so long does not come through any more. */
  static final long DOUBT_MILLIS = 60_000;

  /** What the lease of an instance says that has lapsed, before how long that is. */
  static final String LAPSED = "not heard of for ";

  static final String HEARD_AGAIN = "heard of again";

  private static final Logger LOG = Logger.getLogger(Leases.class);

  private final Ledger ledger;
  private final Verdicts verdicts;
  private final LongSupplier clockMillis;

  // All guarded by this: signs of life and answers come on other threads.
  private final Map<Long, Lapse> lapses = new HashMap<>();
  private final Set<Lapse> undecided = new LinkedHashSet<>();
  private final Set<Lapse> toMark = new LinkedHashSet<>();
  private final Set<Long> heard = new LinkedHashSet<>();

  /** Since when those are heard of again that came and went too often to be believed at once. */
  private final Map<Long, Long> damped = new HashMap<>();

  /** Until when it is looked whether a verdict on a session has come through late. */
  private final Map<Long, Long> doubtful = new HashMap<>();

  private final Map<Path, Losses> services = new HashMap<>();
  private Tenure tenure = new Tenure(0);
  private long nowMillis;
  private long lookedMillis;
  private boolean writing;

  /**
   * @param clockMillis the clock that entries are stamped with
   */
  public Leases(Ledger ledger, Verdicts verdicts, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.verdicts = verdicts;
    this.clockMillis = clockMillis;
  }

  @Override
  public synchronized void begin(Tenure newTenure) {
    forget();
    tenure = newTenure;
    nowMillis = 0;
    lookedMillis = 0;
    Node all = ledger.local().tree().find(Path.of("/services"));
    if (all == null) {
      return;
    }
    for (Map.Entry<String, Node> namespace : all.children().entrySet()) {
      for (Map.Entry<String, Node> service : namespace.getValue().children().entrySet()) {
        Protection standing = Protection.of(service.getValue());
        if (standing != null) {
          losses(InstanceKey.servicePath(namespace.getKey(), service.getKey())).protection =
              standing;
        }
      }
    }
  }

  @Override
  public synchronized void end() {
    forget();
  }

  private void forget() {
    lapses.clear();
    undecided.clear();
    toMark.clear();
    heard.clear();
    damped.clear();
    doubtful.clear();
    services.clear();
    writing = false;
  }

  // ---- what the expiry of sessions asks and tells

  @Override
  public synchronized long keepMillis(Session session, long silentMillis) {
    Lapse lapse = lapses.get(session.id());
    damped.remove(session.id());
    if (lapse == null) {
      lapse = Lapse.of(session, ledger.local(), nowMillis);
      if (lapse == null) {
        return 0;
      }
      lapses.put(session.id(), lapse);
      undecided.add(lapse);
    }
    if (!lapse.decided) {
      return DECISION_MILLIS;
    }
    return lapse.kept ? KEPT_MILLIS : lapse.graceLeftMillis(silentMillis);
  }

  @Override
  public synchronized void heard(long session) {
    drop(session);
    heard.add(session);
  }

  @Override
  public synchronized void gone(long session) {
    drop(session);
    damped.remove(session);
    heard.remove(session);
  }

  private void drop(long session) {
    Lapse lapse = lapses.remove(session);
    if (lapse == null) {
      return;
    }
    undecided.remove(lapse);
    toMark.remove(lapse);
    for (Lapse.Instance instance : lapse.instances) {
      Losses losses = services.get(instance.key().servicePath());
      if (losses != null) {
        losses.remove(instance.key(), lapse);
      }
    }
  }

  // ---- the duty

  @Override
  public synchronized void tick(long tenureMillis) {
    nowMillis = tenureMillis;
    State state = ledger.local();
    if (nowMillis - lookedMillis >= LOOK_MILLIS) {
      lookedMillis = nowMillis;
      look(state);
      lookAtDoubtful();
      heard.addAll(damped.keySet());
    }
    decide(state);
    write();
  }

  private Losses losses(Path service) {
    return services.computeIfAbsent(service, unknown -> new Losses());
  }

  /** Decides about some of those that have lapsed, a service at a time. */
  private void decide(State state) {
    Set<Path> touched = new HashSet<>();
    List<Lapse> some = undecided.stream().limit(DECIDED_AT_ONCE_MAX).toList();
    for (Lapse lapse : some) {
      for (Lapse.Instance instance : lapse.instances) {
        Path service = instance.key().servicePath();
        if (instance.served()) {
          losses(service).add(instance.key(), lapse);
          touched.add(service);
        }
      }
    }
    touched.forEach(service -> protectIfDue(service, state));
    for (Lapse lapse : some) {
      undecided.remove(lapse);
      lapse.decided = true;
      lapse.kept = keepIfProtected(lapse);
      if (lapse.own || lapse.kept) {
        toMark.add(lapse);
      }
    }
  }

  /** Whether it is one of the last known good of a service that is protected. */
  private boolean keepIfProtected(Lapse lapse) {
    boolean kept = false;
    for (Lapse.Instance instance : lapse.instances) {
      Losses losses = instance.served() ? services.get(instance.key().servicePath()) : null;
      if (losses != null && losses.protection != null) {
        losses.keep(lapse);
        kept = true;
      }
    }
    return kept;
  }

  private void protectIfDue(Path path, State state) {
    Losses losses = losses(path);
    losses.prune(nowMillis);
    Node service = state.tree().find(path);
    if (service == null || losses.protection != null) {
      return;
    }
    int lost = losses.count();
    int of = lost;
    for (Map.Entry<String, Node> instance : InstanceKey.instances(service).entrySet()) {
      InstanceKey key = new InstanceKey(path.segment(1), path.segment(2), instance.getKey());
      if (InstanceStatus.isServed(instance.getValue(), Health.WARNING) && !losses.contains(key)) {
        of++;
      }
    }
    ServiceSettings settings = ServiceSettings.of(service);
    double threshold = settings.protectionThreshold();
    if (!Protection.isDue(lost, of, threshold)) {
      return;
    }
    long now = clockMillis.getAsLong();
    Protection protection =
        new Protection(now, lost, of, threshold, now + settings.protectionMaxMillis());
    for (Lapse lapse : losses.protect(protection)) {
      lapse.kept = true;
      toMark.add(lapse);
    }
    LOG.warnf(
        "service %s is protected: %d of its %d serving instances fell silent at once, more than"
            + " %s of them; the last known good ones are served on",
        path, lost, of, threshold);
  }

  // ---- protections that stand

  /** Ends those that are over, and those that nobody needs any more. */
  private void look(State state) {
    Set<Path> unwritten = unwritten();
    Iterator<Map.Entry<Path, Losses>> all = services.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Path, Losses> entry = all.next();
      Losses losses = entry.getValue();
      Protection protection = losses.protection;
      if (protection != null && !unwritten.contains(entry.getKey())) {
        look(entry.getKey(), losses, protection, state.tree().find(entry.getKey()));
      }
      losses.prune(nowMillis);
      if (losses.isIdle()) {
        all.remove();
      }
    }
  }

  /**
   * A verdict that nobody has confirmed may still come through, after its instance was heard of
   * again.
   */
  private void lookAtDoubtful() {
    doubtful.values().removeIf(until -> nowMillis > until);
    doubtful.keySet().stream().filter(session -> !lapses.containsKey(session)).forEach(heard::add);
  }

  private void look(Path path, Losses losses, Protection protection, @Nullable Node service) {
    Protection stored = service == null ? null : Protection.of(service);
    if (service == null || stored == null) {
      release(path, losses, "somebody ended it");
      return;
    }
    if (clockMillis.getAsLong() > protection.untilMillis()) {
      release(path, losses, "it has lasted for as long as it may");
      return;
    }
    int lost = 0;
    int of = 0;
    for (Node instance : InstanceKey.instances(service).values()) {
      if (InstanceStatus.isServed(instance, Health.WARNING)) {
        of++;
        lost += InstanceStatus.isKept(instance) ? 1 : 0;
      }
    }
    if (lost <= protection.threshold() * of) {
      release(path, losses, "enough instances are heard of again");
    } else if (lost > protection.lost()) {
      Protection grown = protection.with(lost, of);
      losses.protection = grown;
      submit(new Change.Put(Protection.pathOf(path), grown.encode(), Change.attributes(Map.of())));
    }
  }

  /** The services of which what was decided is not all in the tree yet. */
  private Set<Path> unwritten() {
    Set<Path> services = new HashSet<>();
    for (Lapse lapse : toMark) {
      lapse.instances.forEach(instance -> services.add(instance.key().servicePath()));
    }
    return services;
  }

  private void release(Path path, Losses losses, String why) {
    LOG.infof("service %s is no longer protected: %s", path, why);
    for (Lapse lapse : losses.release()) {
      lapse.kept = keepIfProtected(lapse);
      if (!lapse.kept) {
        lapse.release();
        toMark.add(lapse);
      }
    }
    if (ledger.local().tree().find(Protection.pathOf(path)) != null) {
      submit(new Change.Delete(Protection.pathOf(path)));
    }
  }

  /** Nobody waits: what did not get through is tried again by the next look. */
  private void submit(Change change) {
    List<Guard> guards = new ArrayList<>();
    guards.add(tenure.fence());
    guards.add(new Guard.Exists(change.path().parent()));
    var unused = ledger.submit(new Command.Transact(guards, List.of(change)));
  }

  // ---- writing

  /** Writes some of what was decided; what is in the tree already is done with. */
  private synchronized void write() {
    if (writing) {
      return;
    }
    State state = ledger.local();
    List<CompletableFuture<Integer>> parts = new ArrayList<>();
    Set<Long> sessions = new HashSet<>();
    int count = writeLapses(state, parts, sessions);
    writeHeard(state, WRITTEN_AT_ONCE_MAX - count, parts);
    if (parts.isEmpty()) {
      return;
    }
    writing = true;
    Tenure writtenIn = tenure;
    var unused =
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .whenComplete(
                (all, failed) -> {
                  if (failed == null) {
                    written(writtenIn, sum(parts), Set.of());
                  } else {
                    written(writtenIn, 0, sessions);
                  }
                });
  }

  private static int sum(List<CompletableFuture<Integer>> parts) {
    return parts.stream().mapToInt(CompletableFuture::join).sum();
  }

  /** Goes on at once if that got through; else the next tick does. */
  private synchronized void written(Tenure writtenIn, int changes, Set<Long> unconfirmed) {
    if (!writtenIn.equals(tenure)) {
      return;
    }
    unconfirmed.forEach(session -> doubtful.put(session, nowMillis + DOUBT_MILLIS));
    writing = false;
    if (changes > 0) {
      write();
    }
  }

  private int writeLapses(State state, List<CompletableFuture<Integer>> parts, Set<Long> sessions) {
    List<Verdicts.Finding> plain = new ArrayList<>();
    Map<Path, List<Verdicts.Finding>> kept = new HashMap<>();
    int count = 0;
    Iterator<Lapse> lapsed = toMark.iterator();
    while (lapsed.hasNext() && count < WRITTEN_AT_ONCE_MAX) {
      Lapse lapse = lapsed.next();
      boolean done = true;
      for (Lapse.Instance instance : lapse.instances) {
        Node node = Lapse.nodeOf(instance, state);
        boolean keep = lapse.kept && instance.served();
        if (node == null || !Lapse.isOf(node, lapse.session) || isMarked(node, keep)) {
          continue;
        }
        Verdicts.Finding finding =
            finding(instance, Health.CRITICAL, LAPSED + lapse.ttlMillis / 1_000 + " s");
        (keep ? kept.computeIfAbsent(instance.key().servicePath(), p -> new ArrayList<>()) : plain)
            .add(finding);
        sessions.add(lapse.session);
        done = false;
        count++;
      }
      if (done) {
        lapsed.remove();
      }
    }
    kept.forEach((service, findings) -> parts.add(writeKept(service, findings, state)));
    if (!plain.isEmpty()) {
      parts.add(report(List.of(), plain, status -> status.withKept(null)));
    }
    return count;
  }

  /** In the first transaction with what they are kept by, unless that stands already. */
  private CompletableFuture<Integer> writeKept(
      Path service, List<Verdicts.Finding> findings, State state) {
    Losses losses = services.get(service);
    Protection protection = losses == null ? null : losses.protection;
    Path path = Protection.pathOf(service);
    List<Change> first =
        protection == null || state.tree().find(path) != null
            ? List.of()
            : List.of(new Change.Put(path, protection.encode(), Change.attributes(Map.of())));
    return report(first, findings, status -> status.withKept(InstanceStatus.Kept.SERVICE));
  }

  private static boolean isMarked(Node node, boolean keep) {
    return InstanceStatus.isKept(node) == keep
        && InstanceStatus.health(node) == Health.CRITICAL
        && InstanceStatus.of(node).health(InstanceStatus.LEASE) == Health.CRITICAL;
  }

  private void writeHeard(State state, int max, List<CompletableFuture<Integer>> parts) {
    List<Verdicts.Finding> findings = new ArrayList<>();
    int looks = 0;
    Iterator<Long> sessions = heard.iterator();
    while (sessions.hasNext() && findings.size() < max && looks++ < DECIDED_AT_ONCE_MAX) {
      long id = sessions.next();
      Session session = state.sessions().get(id);
      int before = findings.size();
      boolean isDamped = false;
      if (session != null) {
        for (Path path : session.ephemerals()) {
          isDamped |= isDamped(id, path, state);
          if (!isDamped) {
            addIfLapsed(path, state, findings);
          }
        }
      }
      if (findings.size() == before) {
        sessions.remove();
        if (!isDamped) {
          damped.remove(id);
        }
      }
    }
    if (!findings.isEmpty()) {
      parts.add(report(List.of(), findings, status -> status.withKept(null)));
    }
  }

  private static void addIfLapsed(Path path, State state, List<Verdicts.Finding> findings) {
    Node node = Lapse.isInstance(path) ? state.tree().find(path) : null;
    if (node == null || InstanceStatus.health(node) == Health.PASSING) {
      return;
    }
    if (isLapsed(InstanceStatus.of(node)) || InstanceStatus.isKept(node)) {
      InstanceKey key = new InstanceKey(path.segment(1), path.segment(2), path.name());
      findings.add(
          new Verdicts.Finding(
              key,
              node.stat().createdRevision(),
              InstanceStatus.LEASE,
              Health.PASSING,
              HEARD_AGAIN));
    }
  }

  /** Whether an instance that is heard of again must be so for longer to be believed. */
  private boolean isDamped(long session, Path path, State state) {
    Node node = Lapse.isInstance(path) ? state.tree().find(path) : null;
    if (node == null || InstanceStatus.health(node) == Health.PASSING) {
      return false;
    }
    InstanceStatus status = InstanceStatus.of(node);
    long hold = FlapDamping.holdMillis(status.history(), clockMillis.getAsLong());
    if (hold == 0 || !isLapsed(status) || InstanceStatus.isKept(node)) {
      return false;
    }
    Long since = damped.putIfAbsent(session, nowMillis);
    return since == null || nowMillis - since < hold;
  }

  /** Whether it is silence that the lease of an instance fails for, and not what it said. */
  static boolean isLapsed(InstanceStatus status) {
    InstanceStatus.Component lease = status.components().get(InstanceStatus.LEASE);
    return lease != null && lease.health() == Health.CRITICAL && lease.output().startsWith(LAPSED);
  }

  private static Verdicts.Finding finding(Lapse.Instance instance, Health health, String output) {
    return new Verdicts.Finding(
        instance.key(), instance.createdRevision(), InstanceStatus.LEASE, health, output);
  }

  private CompletableFuture<Integer> report(
      List<Change> first,
      List<Verdicts.Finding> findings,
      UnaryOperator<InstanceStatus> alongside) {
    return verdicts.reportAll(List.of(tenure.fence()), first, findings, alongside);
  }

  /** How many services are protected; 0 unless this node leads. */
  public synchronized int protectedServices() {
    return (int) services.values().stream().filter(each -> each.protection != null).count();
  }
}
