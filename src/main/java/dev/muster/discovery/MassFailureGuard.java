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
    domains.clear();
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
    losses(domain).protection = standing(domain, state);
  }

  void end() {
    domains.clear();
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
        if (instance.served() && !instance.kept()) {
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
      Protection due = losses.protection == null ? due(domain, losses, state, nowMillis) : null;
      if (due != null) {
        kept.addAll(losses.protect(due));
      }
    }
    kept.addAll(some);
    kept.removeIf(lapse -> !keep(lapse));
    return kept;
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
    lapse.keptBy = null;
    for (Lapse.Instance instance : lapse.instances) {
      if (!instance.served()) {
        continue;
      }
      for (FailureDomain domain : instance.domains()) {
        Losses losses = domains.get(domain);
        if (losses != null && losses.protection != null) {
          losses.keep(lapse);
          lapse.keptBy = lapse.keptBy == null ? domain : lapse.keptBy;
        }
      }
    }
    return lapse.keptBy != null;
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
   * Ends those that are over, and those that nobody needs any more.
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
      Protection protection = losses.protection;
      if (protection != null && !pending.contains(domain)) {
        String why = whyOver(domain, losses, protection, state, nowMillis);
        if (why != null) {
          LOG.infof("%s is no longer protected: %s", domain, why);
          released.addAll(losses.release());
          end(domain, state);
        }
      }
      losses.prune(nowMillis);
      if (losses.isIdle()) {
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

  private @Nullable String whyOver(
      FailureDomain domain, Losses losses, Protection protection, State state, long nowMillis) {
    if (standing(domain, state) == null) {
      return "somebody ended it";
    }
    if (clockMillis.getAsLong() > protection.untilMillis()) {
      return "it has lasted for as long as it may";
    }
    FailureDomain.Tally tally = domain.tally(state, census);
    int lost = tally.kept();
    int of = tally.serving();
    if (losses.isCalm(lost <= protection.threshold() * of, nowMillis)) {
      return "enough instances are heard of again";
    }
    if (lost > protection.lost()) {
      Protection grown = protection.with(lost, of);
      losses.protection = grown;
      submit(grown.at(domain.guard()));
    }
    return null;
  }

  private void end(FailureDomain domain, State state) {
    if (state.tree().find(domain.guard()) != null) {
      submit(new Change.Delete(domain.guard()));
    }
  }

  /** Nobody waits: what did not get through is tried again by the next look. */
  private void submit(Change change) {
    List<Guard> guards = new ArrayList<>();
    guards.add(tenure.fence());
    guards.add(new Guard.Exists(change.path().parent()));
    var unused = ledger.submit(new Command.Transact(guards, List.of(change)));
  }

  /** What writes the protection of a domain; nothing if it stands already, or is over. */
  List<Change> unwritten(FailureDomain domain, State state) {
    Losses losses = domains.get(domain);
    return losses == null || losses.protection == null || standing(domain, state) != null
        ? List.of()
        : domain.protect(losses.protection);
  }

  /** How many services, or zones, are protected. */
  int protectedDomains(Class<? extends FailureDomain> kind) {
    return (int)
        domains.entrySet().stream()
            .filter(each -> kind.isInstance(each.getKey()) && each.getValue().protection != null)
            .count();
  }
}
