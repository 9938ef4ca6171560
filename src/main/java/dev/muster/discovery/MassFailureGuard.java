package dev.muster.discovery;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.duty.Tenure;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what failed as a whole: when too many instances of a service or of a zone fall silent
 * at once, it is more likely that the hearing fails than that all of them did. Such a domain is
 * protected: what it lost lately is served on, and so is what it loses from then on. A new leader
 * goes on with the protections that stand in the tree. Guarded by {@link Leases}.
 */
final class MassFailureGuard {
  private static final Logger LOG = Logger.getLogger(Leases.class);

  private final Ledger ledger;
  private final LongSupplier clockMillis;
  private final ZoneCensus census = new ZoneCensus();
  private final Map<FailureDomain, Losses> domains = new HashMap<>();
  private Tenure tenure = new Tenure(0);

  /**
   * @param clockMillis the clock that entries are stamped with
   */
  MassFailureGuard(Ledger ledger, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.clockMillis = clockMillis;
  }

  void begin(Tenure newTenure) {
    end();
    tenure = newTenure;
    State state = ledger.local();
    Node zones = state.tree().find(Zones.PROTECTED);
    if (zones != null) {
      zones.children().keySet().forEach(zone -> begin(new FailureDomain.Zone(zone), state));
    }
    Node all = state.tree().find(InstanceKey.SERVICES);
    if (all == null) {
      return;
    }
    for (Map.Entry<String, Node> namespace : all.children().entrySet()) {
      for (Map.Entry<String, Node> service : namespace.getValue().children().entrySet()) {
        if (Protection.stored(service.getValue()) != null) {
          begin(
              new FailureDomain.Service(
                  InstanceKey.servicePath(namespace.getKey(), service.getKey())),
              state);
        }
      }
    }
  }

  private void begin(FailureDomain domain, State state) {
    Protection standing = standing(domain, state);
    if (standing != null) {
      long left = standing.untilMillis() - clockMillis.getAsLong();
      long max = standing.untilMillis() - standing.sinceMillis();
      losses(domain).goOn(standing, Math.min(left, max), 0);
    }
  }

  void end() {
    domains.clear();
    census.forget();
  }

  private Losses losses(FailureDomain domain) {
    return domains.computeIfAbsent(domain, unknown -> new Losses());
  }

  /** What the tree says of a domain. */
  private static @Nullable Protection standing(FailureDomain domain, State state) {
    Node guard = state.tree().find(domain.guard());
    return guard == null ? null : Protection.decode(guard.data());
  }

  // ---- what is told

  /**
   * Some have fallen silent.
   *
   * @return those that are kept from now on, among them some that fell silent before
   */
  Set<Lapse> lost(List<Lapse> some, State state, long nowMillis) {
    Set<FailureDomain> touched = new LinkedHashSet<>();
    for (Lapse lapse : some) {
      for (Lapse.Instance instance : lapse.instances) {
        if (isLost(instance)) {
          for (FailureDomain domain : instance.domains()) {
            losses(domain).add(instance.path(), lapse);
            touched.add(domain);
          }
        }
      }
    }
    Set<Lapse> kept = new LinkedHashSet<>();
    for (FailureDomain domain : touched) {
      Losses losses = losses(domain);
      losses.prune(nowMillis);
      Protection due = losses.protection() == null ? due(domain, losses, state, nowMillis) : null;
      if (due != null) {
        kept.addAll(losses.protect(due, nowMillis));
      }
    }
    kept.addAll(some);
    kept.removeIf(lapse -> !keep(lapse));
    return kept;
  }

  /**
   * Whether it served until it fell silent. Of one that an earlier leader has found silent, that
   * holds for as long as the protection that it was kept by.
   */
  private boolean isLost(Lapse.Instance instance) {
    return instance.served()
        && (instance.kept() == null
            || instance.domains().stream()
                .anyMatch(domain -> domain.kept() == instance.kept() && isProtected(domain)));
  }

  private boolean isProtected(FailureDomain domain) {
    Losses losses = domains.get(domain);
    return losses != null && losses.protection() != null;
  }

  /** One was heard of again. */
  void heard(Lapse lapse) {
    forEachLosses(lapse, (instance, losses) -> losses.remove(instance, lapse));
  }

  /** One is no more. */
  void gone(Lapse lapse) {
    lapse.gone = true;
    forEachLosses(lapse, (instance, losses) -> losses.gone(lapse));
  }

  private interface LossesOfInstance {
    void accept(Path instance, Losses losses);
  }

  private void forEachLosses(Lapse lapse, LossesOfInstance action) {
    for (Lapse.Instance instance : lapse.instances) {
      for (FailureDomain domain : instance.domains()) {
        Losses losses = domains.get(domain);
        if (losses != null) {
          action.accept(instance.path(), losses);
        }
      }
    }
  }

  /** Has it kept by every domain of it that is protected; answers whether one is. */
  private boolean keep(Lapse lapse) {
    lapse.keptBy.clear();
    for (Lapse.Instance instance : lapse.instances) {
      if (!instance.served()) {
        continue;
      }
      for (FailureDomain domain : instance.domains()) {
        Losses losses = domains.get(domain);
        if (losses != null && losses.protection() != null) {
          losses.keep(lapse);
          lapse.keptBy.putIfAbsent(instance.path(), domain);
        }
      }
    }
    return lapse.isKept();
  }

  // ---- protections that begin

  private @Nullable Protection due(
      FailureDomain domain, Losses losses, State state, long nowMillis) {
    FailureDomain.Terms terms = domain.terms(state);
    int services = losses.services(terms.servicesMin());
    if (!terms.mayBeMet(losses.recent().size(), services)
        || !losses.isWorthCounting(terms, nowMillis)) {
      return null;
    }
    losses.forgetReplaced(state);
    int lost = losses.recent().size();
    int of = domain.tally(state, census).serving() + notServing(losses, state);
    losses.counted(of, nowMillis);
    if (!terms.areMet(lost, losses.services(terms.servicesMin()), of)) {
      return null;
    }
    LOG.warnf(
        "%s is protected: %d of its %d serving instances fell silent at once, more than %s of"
            + " them; the last known good ones are served on",
        domain, lost, of, terms.threshold());
    long now = clockMillis.getAsLong();
    return new Protection(now, lost, of, terms.threshold(), now + terms.millisMax());
  }

  /** Those of the lost that lists show as such already, or no more. */
  private static int notServing(Losses losses, State state) {
    int count = 0;
    for (Path lost : losses.recent()) {
      Node node = state.tree().find(lost);
      count += node != null && InstanceStatus.isServed(node, Health.WARNING) ? 0 : 1;
    }
    return count;
  }

  // ---- protections that stand

  /**
   * Ends those that are over, and those that nobody needs any more; writes what has not got
   * through.
   *
   * @param pending domains of which what was decided is not all in the tree yet
   * @return those that were kept by them
   */
  Set<Lapse> look(State state, Set<FailureDomain> pending, long nowMillis) {
    Set<Lapse> released = new LinkedHashSet<>();
    Iterator<Map.Entry<FailureDomain, Losses>> all = domains.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<FailureDomain, Losses> entry = all.next();
      FailureDomain domain = entry.getKey();
      Losses losses = entry.getValue();
      Protection standing = standing(domain, state);
      Protection protection = losses.protection();
      if (protection != null) {
        FailureDomain.Tally tally = pending.contains(domain) ? null : domain.tally(state, census);
        String why = whyOver(losses, protection, standing != null, tally, nowMillis);
        if (why != null) {
          LOG.infof("%s is no longer protected: %s", domain, why);
          released.addAll(losses.release());
        } else if (tally != null) {
          correct(domain, losses, protection, standing, tally, nowMillis);
        }
      }
      if (losses.protection() == null && standing != null) {
        submit(List.of(new Change.Delete(domain.guard())), losses, nowMillis);
      }
      losses.prune(nowMillis);
      if (losses.isIdle(nowMillis) && standing == null) {
        all.remove();
      }
    }
    for (Lapse lapse : released) {
      if (!keep(lapse)) {
        lapse.release();
      }
    }
    return released;
  }

  /**
   * Why a protection is over; nothing if it is not.
   *
   * @param tally what the tree shows of the domain; absent while that is not all that was decided
   */
  private static @Nullable String whyOver(
      Losses losses,
      Protection protection,
      boolean stands,
      FailureDomain.@Nullable Tally tally,
      long nowMillis) {
    if (losses.wasEnded(stands)) {
      return "somebody ended it";
    }
    if (losses.hasLastedTooLong(nowMillis)) {
      return "it has lasted for as long as it may";
    }
    if (tally == null) {
      return null;
    }
    boolean isCalm = tally.kept() <= protection.threshold() * tally.serving();
    return losses.isCalm(isCalm, nowMillis) ? "enough instances are heard of again" : null;
  }

  /** Writes what the tree does not show of a protection, or not any more. */
  private void correct(
      FailureDomain domain,
      Losses losses,
      Protection protection,
      @Nullable Protection standing,
      FailureDomain.Tally tally,
      long nowMillis) {
    Protection now =
        tally.kept() > protection.lost()
            ? protection.with(tally.kept(), tally.serving())
            : protection;
    losses.grow(now);
    if (!now.equals(standing)) {
      submit(domain.protect(now), losses, nowMillis);
    }
  }

  /** Nobody waits: what did not get through is tried again by the next look. */
  private void submit(List<Change> changes, Losses losses, long nowMillis) {
    Path parent = changes.get(0).path().parent();
    List<Guard> guards = List.of(tenure.fence(), new Guard.Exists(parent));
    losses.written(nowMillis);
    var unused = ledger.submit(new Command.Transact(guards, changes));
  }

  /**
   * What writes the protections of the domains of some that are kept; nothing of one that stands
   * already, or did.
   */
  List<Change> unwritten(Collection<FailureDomain> some, State state, long nowMillis) {
    List<Change> changes = new ArrayList<>();
    for (FailureDomain domain : some) {
      Losses losses = domains.get(domain);
      Protection protection = losses == null ? null : losses.protection();
      if (losses != null
          && protection != null
          && !losses.hasStood(standing(domain, state) != null)) {
        changes.addAll(domain.protect(protection));
        losses.written(nowMillis);
      }
    }
    return changes;
  }

  /** How many services, or zones, are protected. */
  int protectedDomains(Class<? extends FailureDomain> kind) {
    return (int)
        domains.entrySet().stream()
            .filter(each -> kind.isInstance(each.getKey()) && each.getValue().protection() != null)
            .count();
  }
}
