package dev.muster.discovery.check;

import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InvalidInstanceException;
import dev.muster.discovery.Verdicts;
import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs this node's share of all active checks and has their verdicts written when they change.
 *
 * <p>All is done by one thread, several times a second: it learns what has changed of the
 * registrations, starts the probes that are due, and takes in what came of earlier ones. Instances
 * without checks cost it one look when they register.
 *
 * <p>Only a node that is in touch with a majority and knows a leader probes. One that is cut off
 * could write nothing, and what it finds out may be the fault of its own network: it forgets its
 * streaks.
 */
public final class CheckRunner implements AutoCloseable {
  static final long TICK_MILLIS = 50;

  /** A period is its interval, give or take this part of it: probes do not fall into step. */
  private static final double JITTER = 0.1;

  private static final Logger LOG = Logger.getLogger(CheckRunner.class);

  private final Ledger ledger;
  private final Prober prober;
  private final CheckListener listener;
  private final DoubleSupplier random;
  private final CheckVerdicts verdicts;
  private final CheckedInstances instances;

  /** What other threads have for this one to do. */
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread created = new Thread(task, "muster-checks");
            created.setDaemon(true);
            return created;
          });

  // Of the thread.
  private final Map<InstanceKey, List<OwnedCheck>> owned = new HashMap<>();

  /** Those that are not under way; what is in here must not change when it is due. */
  private final TreeSet<OwnedCheck> due =
      new TreeSet<>(
          Comparator.<OwnedCheck>comparingLong(check -> check.dueMillis)
              .thenComparingLong(check -> check.number));

  private long numbers;
  private Set<String> up = Set.of();
  private long nowMillis;

  private final AtomicInteger ownedCount = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * @param clockMillis the clock that entries are stamped with
   * @param random from 0 to 1, 1 excluded: spreads probes over time
   */
  public CheckRunner(
      Ledger ledger,
      Prober prober,
      Verdicts verdicts,
      SecondOpinions opinions,
      CheckListener listener,
      LongSupplier clockMillis,
      DoubleSupplier random) {
    this.ledger = ledger;
    this.prober = prober;
    this.listener = listener;
    this.random = random;
    this.verdicts =
        new CheckVerdicts(ledger, verdicts, opinions, listener, clockMillis, inbox::add);
    this.instances = new CheckedInstances(ledger, inbox::add, this::dropped, this::added);
  }

  public void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> {
              try {
                tick(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
              } catch (Throwable unexpected) {
                // An Error too: what is scheduled would not run again.
                LOG.error("active checks failed; they are tried again", unexpected);
              }
            },
            TICK_MILLIS,
            TICK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** How many checks this node runs. */
  public int owned() {
    return ownedCount.get();
  }

  /** How many probes of this node are under way. */
  public int underWay() {
    return underWay.get();
  }

  /** One look; on the runner's thread, or by a test instead of it. */
  void tick(long monotonicMillis) {
    nowMillis = monotonicMillis;
    verdicts.tick(monotonicMillis);
    instances.follow(monotonicMillis);
    for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
      task.run();
    }
    lookWhoIsUp();
    if (!up.isEmpty()) {
      startDue();
      verdicts.retry();
    }
  }

  // ---- whose checks are whose

  /** Those that this node is in touch with, if they are a majority that is led; else nobody. */
  private void lookWhoIsUp() {
    ClusterStatus status = ledger.status();
    Set<String> reachable = new LinkedHashSet<>();
    for (ClusterStatus.Member member : status.members()) {
      if (member.reachable()) {
        reachable.add(member.name());
      }
    }
    boolean led = status.leader() != null && reachable.contains(status.leader());
    if (!led || 2 * reachable.size() <= status.members().size()) {
      reachable = Set.of();
    }
    if (reachable.equals(up)) {
      return;
    }
    boolean wasCutOff = up.isEmpty();
    up = reachable;
    verdicts.up(reachable);
    if (up.isEmpty()) {
      LOG.info("no majority is in touch: active checks of this node rest");
      return;
    }
    if (wasCutOff) {
      forgetStreaks();
    }
    for (CheckedInstance instance : instances.all()) {
      shareIfReadable(instance);
    }
  }

  /** What is wrong with one instance is not the others' trouble. */
  private void shareIfReadable(CheckedInstance instance) {
    try {
      share(instance);
    } catch (InvalidInstanceException unusable) {
      LOG.warnf("%s cannot be checked: %s", instance.key(), unusable.getMessage());
    }
  }

  private void forgetStreaks() {
    for (List<OwnedCheck> checks : owned.values()) {
      for (OwnedCheck check : checks) {
        check.forget(verdicts.written(check));
        if (due.remove(check)) {
          check.dueMillis = first(check.spec);
          due.add(check);
        }
      }
    }
  }

  private void added(CheckedInstance instance) {
    if (!up.isEmpty()) {
      shareIfReadable(instance);
    }
  }

  /** Takes those of its checks that are this node's, and gives away those that are not. */
  private void share(CheckedInstance instance) {
    String self = ledger.status().node();
    List<OwnedCheck> before = owned.getOrDefault(instance.key(), List.of());
    List<OwnedCheck> after = new ArrayList<>();
    List<CheckSpec> checks = null;
    for (int i = 0; i < instance.hashes().size(); i++) {
      long hash = instance.hashes().get(i);
      if (!self.equals(Placement.first(up, hash))) {
        continue;
      }
      OwnedCheck kept = find(before, hash);
      if (kept == null) {
        checks = checks == null ? instance.checks() : checks;
        kept = take(instance, checks.get(i), hash);
      }
      after.add(kept);
    }
    for (OwnedCheck check : before) {
      if (!after.contains(check)) {
        giveAway(check);
      }
    }
    ownedCount.addAndGet(after.size() - before.size());
    if (after.isEmpty()) {
      owned.remove(instance.key());
    } else {
      owned.put(instance.key(), after);
    }
  }

  private void giveAway(OwnedCheck check) {
    check.given = true;
    due.remove(check);
  }

  private static @Nullable OwnedCheck find(List<OwnedCheck> checks, long hash) {
    for (OwnedCheck check : checks) {
      if (check.hash == hash) {
        return check;
      }
    }
    return null;
  }

  private OwnedCheck take(CheckedInstance instance, CheckSpec spec, long hash) {
    OwnedCheck check =
        new OwnedCheck(instance, spec, instance.target(spec), hash, numbers++, first(spec));
    check.forget(verdicts.written(check));
    due.add(check);
    verdicts.settle(check); // the initial verdict, if it is not there yet
    return check;
  }

  private void dropped(CheckedInstance instance) {
    List<OwnedCheck> checks = owned.remove(instance.key());
    if (checks != null) {
      checks.forEach(this::giveAway);
      ownedCount.addAndGet(-checks.size());
    }
  }

  // ---- probes

  private long first(CheckSpec spec) {
    long within =
        Math.min(spec.terms().intervalMillis(), CheckLimits.FIRST_PROBE_WITHIN_MILLIS_MAX);
    return nowMillis + (long) (random.getAsDouble() * within);
  }

  private long next(CheckSpec spec) {
    double part = 1 + JITTER * (2 * random.getAsDouble() - 1);
    return nowMillis + (long) (spec.terms().intervalMillis() * part);
  }

  private void startDue() {
    while (underWay.get() < CheckLimits.PROBES_UNDER_WAY_MAX) {
      OwnedCheck check = due.isEmpty() ? null : due.first();
      if (check == null || check.dueMillis > nowMillis) {
        return;
      }
      due.remove(check);
      start(check);
    }
  }

  private void start(OwnedCheck check) {
    underWay.incrementAndGet();
    // Counted from its start: however long a probe takes, the rate is that of the interval. It is
    // put on the list when this one has ended, so that the two never overlap.
    long next = next(check.spec);
    long began = System.nanoTime();
    var unused =
        prober
            .probe(check.target, check.spec)
            .whenComplete(
                (result, failed) -> {
                  ProbeResult told =
                      result != null ? result : new ProbeResult.NotAsked(String.valueOf(failed));
                  listener.probed(check.spec.type(), outcome(told), System.nanoTime() - began);
                  inbox.add(() -> ended(check, told, next));
                });
  }

  private static String outcome(ProbeResult result) {
    return result instanceof ProbeResult.Found found ? found.health().text() : "not_asked";
  }

  private void ended(OwnedCheck check, ProbeResult result, long next) {
    underWay.decrementAndGet();
    if (check.given) {
      return;
    }
    check.dueMillis = next;
    due.add(check);
    if (result instanceof ProbeResult.Found found && !up.isEmpty()) {
      check.output = found.output();
      check.found = found.health();
      check.streak.observe(found.health());
      verdicts.settle(check);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    instances.close();
  }
}
