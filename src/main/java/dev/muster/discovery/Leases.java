package dev.muster.discovery;

import dev.muster.core.Session;
import dev.muster.core.State;
import dev.muster.duty.Duty;
import dev.muster.duty.Reprieve;
import dev.muster.duty.Tenure;
import dev.muster.ledger.Ledger;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of instances that are not heard of. One whose lease has lapsed becomes critical,
 * once; it passes again when it is heard of, and is removed when its grace is over. Where too many
 * fall silent at once, {@link MassFailureGuard} has them served on, and no session of theirs ends.
 *
 * <p>A decision holds from the moment it is made; {@link LeaseVerdicts} writes it when there is
 * room for it.
 */
public final class Leases implements Duty, Reprieve {
  /** Lapses that are decided about at a time. */
  static final int DECIDED_AT_ONCE_MAX = 2_048;

  /** For so long a session is kept until it is decided what becomes of it. */
  static final long DECISION_MILLIS = 250;

  /** A protected session is asked about so often. */
  static final long KEPT_MILLIS = 2_000;

  static final long LOOK_MILLIS = 1_000;

  private final Ledger ledger;
  private final MassFailureGuard guard;
  private final LeaseVerdicts verdicts;

  // All guarded by this: signs of life and answers come on other threads.
  private final Map<Long, Lapse> lapses = new HashMap<>();
  private final Set<Lapse> undecided = new LinkedHashSet<>();
  private long nowMillis;
  private long lookedMillis;

  /**
   * @param clockMillis the clock that entries are stamped with
   */
  public Leases(Ledger ledger, Verdicts verdicts, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.guard = new MassFailureGuard(ledger, clockMillis);
    this.verdicts = new LeaseVerdicts(ledger, verdicts, guard, clockMillis, this::guarded);
  }

  private synchronized void guarded(Runnable action) {
    action.run();
  }

  @Override
  public synchronized void begin(Tenure tenure) {
    forget();
    nowMillis = 0;
    lookedMillis = 0;
    guard.begin(tenure);
    verdicts.begin(tenure);
  }

  @Override
  public synchronized void end() {
    forget();
    guard.end();
    verdicts.end();
  }

  private void forget() {
    lapses.clear();
    undecided.clear();
  }

  // ---- what the expiry of sessions asks and tells

  @Override
  public synchronized long keepMillis(Session session, long silentMillis) {
    Lapse lapse = lapses.get(session.id());
    verdicts.silent(session.id());
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
    return lapse.isKept() ? KEPT_MILLIS : lapse.graceLeftMillis(silentMillis);
  }

  @Override
  public synchronized void heard(long session) {
    Lapse lapse = drop(session);
    if (lapse != null) {
      guard.heard(lapse);
    }
    verdicts.heard(session);
  }

  @Override
  public synchronized void gone(long session) {
    Lapse lapse = drop(session);
    if (lapse != null) {
      guard.gone(lapse);
    }
    verdicts.gone(session);
  }

  private @Nullable Lapse drop(long session) {
    Lapse lapse = lapses.remove(session);
    if (lapse != null) {
      undecided.remove(lapse);
      verdicts.unmark(lapse);
    }
    return lapse;
  }

  // ---- the duty

  @Override
  public synchronized void tick(long tenureMillis) {
    nowMillis = tenureMillis;
    State state = ledger.local();
    if (nowMillis - lookedMillis >= LOOK_MILLIS) {
      lookedMillis = nowMillis;
      guard.look(state, verdicts.pending(), nowMillis).forEach(verdicts::mark);
      verdicts.look(lapses::containsKey);
    }
    decide(state);
    verdicts.write(nowMillis);
  }

  /** Decides about some of those that have lapsed. */
  private void decide(State state) {
    List<Lapse> some = undecided.stream().limit(DECIDED_AT_ONCE_MAX).toList();
    guard.lost(some, state, nowMillis).forEach(verdicts::mark);
    for (Lapse lapse : some) {
      undecided.remove(lapse);
      lapse.decided = true;
      if (lapse.own && lapse.graceMillis > 0) {
        verdicts.mark(lapse); // one without a grace is removed at once
      }
    }
  }

  /** How many services are protected; 0 unless this node leads. */
  public synchronized int protectedServices() {
    return guard.protectedDomains(FailureDomain.Service.class);
  }

  /** How many zones are protected; 0 unless this node leads. */
  public synchronized int protectedZones() {
    return guard.protectedDomains(FailureDomain.Zone.class);
  }
}
