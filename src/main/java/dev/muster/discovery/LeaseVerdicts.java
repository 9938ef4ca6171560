package dev.muster.discovery;

import dev.muster.core.Change;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Session;
import dev.muster.core.State;
import dev.muster.duty.Tenure;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was found out about leases: who has lapsed, and who is heard of again. In batches,
 * one batch at a time, so that other writes flow in between. Guarded by {@link Leases}.
 */
final class LeaseVerdicts {
  /** Verdicts that are under way at a time: a transaction or a few, beside which others' flow. */
  static final int WRITTEN_AT_ONCE_MAX = 120;

  /** Times that so many are written between two ticks, however many wait. */
  static final int WRITTEN_PER_TICK_MAX = 8;

  /** Sessions that are looked at for a batch. */
  static final int LOOKED_AT_MAX = 20_000;

  /** What nobody has confirmed for so long does not come through any more. */
  static final long DOUBT_MILLIS = 60_000;

  /** What the lease of an instance says that has lapsed, before how long that is. */
  static final String LAPSED = "not heard of for ";

  static final String HEARD_AGAIN = "heard of again";

  private final Ledger ledger;
  private final Verdicts verdicts;
  private final MassFailureGuard guard;
  private final LongSupplier clockMillis;
  private final Consumer<Runnable> guarded;

  private final Set<Lapse> toMark = new LinkedHashSet<>();
  private final Set<Long> heard = new LinkedHashSet<>();

  /** Since when those are heard of again that came and went too often to be believed at once. */
  private final Map<Long, Long> damped = new HashMap<>();

  /** Until when it is looked whether a verdict on a session has come through late. */
  private final Map<Long, Long> doubtful = new HashMap<>();

  private Tenure tenure = new Tenure(0);
  private long nowMillis;
  private boolean writing;
  private int writesLeft;

  /**
   * @param clockMillis the clock that entries are stamped with
   * @param guarded runs what it is given under the lock that guards this: answers come on other
   *     threads
   */
  LeaseVerdicts(
      Ledger ledger,
      Verdicts verdicts,
      MassFailureGuard guard,
      LongSupplier clockMillis,
      Consumer<Runnable> guarded) {
    this.ledger = ledger;
    this.verdicts = verdicts;
    this.guard = guard;
    this.clockMillis = clockMillis;
    this.guarded = guarded;
  }

  void begin(Tenure newTenure) {
    end();
    tenure = newTenure;
    nowMillis = 0;
  }

  void end() {
    toMark.clear();
    heard.clear();
    damped.clear();
    doubtful.clear();
    writing = false;
  }

  // ---- what is told

  /** It was decided what becomes of one that has lapsed, or decided anew. */
  void mark(Lapse lapse) {
    toMark.add(lapse);
  }

  /** It has not lapsed any more. */
  void unmark(Lapse lapse) {
    toMark.remove(lapse);
  }

  void heard(long session) {
    heard.add(session);
  }

  void silent(long session) {
    damped.remove(session);
  }

  void gone(long session) {
    damped.remove(session);
    heard.remove(session);
  }

  /** The domains of which what was decided is not all in the tree yet. */
  Set<FailureDomain> pending() {
    Set<FailureDomain> domains = new HashSet<>();
    for (Lapse lapse : toMark) {
      lapse.instances.forEach(instance -> domains.addAll(instance.domains()));
    }
    return domains;
  }

  /**
   * Has those looked at again of whom it is not known yet: a verdict that nobody has confirmed may
   * still come through, after its instance was heard of again.
   *
   * @param isSilent whether a session is
   */
  void look(LongPredicate isSilent) {
    doubtful.values().removeIf(until -> nowMillis > until);
    doubtful.keySet().stream().filter(session -> !isSilent.test(session)).forEach(heard::add);
    heard.addAll(damped.keySet());
  }

  // ---- writing

  /** Writes some of what was decided; what is in the tree already is done with. */
  void write(long tenureMillis) {
    nowMillis = tenureMillis;
    writesLeft = WRITTEN_PER_TICK_MAX;
    write();
  }

  private void write() {
    if (writing || writesLeft == 0) {
      return;
    }
    State state = ledger.local();
    List<CompletableFuture<Integer>> parts = new ArrayList<>();
    Set<Long> sessions = new HashSet<>();
    // However many fall silent, who is heard of again does not wait for all of them.
    int heardMax = toMark.isEmpty() ? WRITTEN_AT_ONCE_MAX : WRITTEN_AT_ONCE_MAX / 2;
    int count = writeHeard(state, heardMax, parts);
    writeLapses(state, WRITTEN_AT_ONCE_MAX - count, parts, sessions);
    if (parts.isEmpty()) {
      return;
    }
    writing = true;
    writesLeft--;
    Tenure writtenIn = tenure;
    var unused =
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .whenComplete(
                (all, failed) ->
                    guarded.accept(
                        () -> {
                          if (failed == null) {
                            written(writtenIn, sum(parts), Set.of());
                          } else {
                            written(writtenIn, 0, sessions);
                          }
                        }));
  }

  private static int sum(List<CompletableFuture<Integer>> parts) {
    return parts.stream().mapToInt(CompletableFuture::join).sum();
  }

  /** Goes on at once if that got through; else the next tick does. */
  private void written(Tenure writtenIn, int changes, Set<Long> unconfirmed) {
    if (!writtenIn.equals(tenure)) {
      return;
    }
    unconfirmed.forEach(session -> doubtful.put(session, nowMillis + DOUBT_MILLIS));
    writing = false;
    if (changes > 0) {
      write();
    }
  }

  private void writeLapses(
      State state, int max, List<CompletableFuture<Integer>> parts, Set<Long> sessions) {
    List<Verdicts.Finding> plain = new ArrayList<>();
    Map<InstanceStatus.Kept, List<Verdicts.Finding>> kept =
        new EnumMap<>(InstanceStatus.Kept.class);
    Set<FailureDomain> domains = new LinkedHashSet<>();
    int count = 0;
    Iterator<Lapse> lapsed = toMark.iterator();
    while (lapsed.hasNext() && count < max) {
      Lapse lapse = lapsed.next();
      boolean done = true;
      for (Lapse.Instance instance : lapse.instances) {
        Node node = Lapse.nodeOf(instance, state);
        InstanceStatus.Kept mark = lapse.mark(instance);
        if (node == null || !Lapse.isOf(node, lapse.session) || isMarked(node, mark)) {
          continue;
        }
        Verdicts.Finding finding =
            finding(instance.key(), node, Health.CRITICAL, LAPSED + lapse.ttlMillis / 1_000 + " s");
        (mark == null ? plain : kept.computeIfAbsent(mark, each -> new ArrayList<>())).add(finding);
        if (mark != null) {
          domains.addAll(instance.domains());
        }
        sessions.add(lapse.session);
        done = false;
        count++;
      }
      if (done) {
        lapsed.remove();
      }
    }
    // In the first transaction with what they are kept by, unless that stands already.
    List<Change> first = guard.unwritten(domains, state, nowMillis);
    for (Map.Entry<InstanceStatus.Kept, List<Verdicts.Finding>> each : kept.entrySet()) {
      parts.add(report(first, each.getValue(), each.getKey()));
      first = List.of();
    }
    if (!plain.isEmpty()) {
      parts.add(report(List.of(), plain, null));
    }
  }

  private static boolean isMarked(Node node, InstanceStatus.@Nullable Kept mark) {
    return InstanceStatus.health(node) == Health.CRITICAL
        && InstanceStatus.kept(node) == mark
        && InstanceStatus.of(node).health(InstanceStatus.LEASE) == Health.CRITICAL;
  }

  private int writeHeard(State state, int max, List<CompletableFuture<Integer>> parts) {
    List<Verdicts.Finding> findings = new ArrayList<>();
    int looks = 0;
    Iterator<Long> sessions = heard.iterator();
    while (sessions.hasNext() && findings.size() < max && looks++ < LOOKED_AT_MAX) {
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
      parts.add(report(List.of(), findings, null));
    }
    return findings.size();
  }

  private static void addIfLapsed(Path path, State state, List<Verdicts.Finding> findings) {
    Node node = Lapse.isInstance(path) ? state.tree().find(path) : null;
    if (node == null || InstanceStatus.health(node) == Health.PASSING) {
      return;
    }
    if (isLapsed(InstanceStatus.of(node)) || InstanceStatus.isKept(node)) {
      findings.add(finding(InstanceKey.of(path), node, Health.PASSING, HEARD_AGAIN));
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

  /** Whether it is not heard of. */
  static boolean isLapsed(InstanceStatus status) {
    return status.health(InstanceStatus.LEASE) == Health.CRITICAL;
  }

  private static Verdicts.Finding finding(
      InstanceKey key, Node node, Health health, String output) {
    return new Verdicts.Finding(
        key, node.stat().createdRevision(), InstanceStatus.LEASE, health, output);
  }

  private CompletableFuture<Integer> report(
      List<Change> first, List<Verdicts.Finding> findings, InstanceStatus.@Nullable Kept mark) {
    return verdicts.reportAll(
        List.of(tenure.fence()), first, findings, status -> status.withKept(mark));
  }
}
