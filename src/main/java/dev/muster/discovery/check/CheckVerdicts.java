package dev.muster.discovery.check;

import dev.muster.core.Node;
import dev.muster.discovery.FlapDamping;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceStatus;
import dev.muster.discovery.Verdicts;
import dev.muster.ledger.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Has the verdict of a check written when it is another one than the state shows: what is better
 * only after a while if the instance comes and goes, and what is critical, if that is wanted, only
 * with the opinion of another node. Of the runner's thread.
 */
final class CheckVerdicts {
  /** A verdict that could not be written is tried again after this. */
  static final long RETRY_MILLIS = 1_000;

  private static final Logger LOG = Logger.getLogger(CheckVerdicts.class);

  private final Ledger ledger;
  private final Verdicts verdicts;
  private final SecondOpinions opinions;
  private final CheckListener listener;
  private final LongSupplier clockMillis;
  private final Consumer<Runnable> later;
  private final List<OwnedCheck> unwritten = new ArrayList<>();
  private final Set<OwnedCheck> heldBack = new LinkedHashSet<>();
  private Set<String> up = Set.of();
  private long nowMillis;
  private long retryMillis;

  /**
   * @param clockMillis the clock that entries are stamped with
   * @param later takes, from any thread, what is to be done on the runner's
   */
  CheckVerdicts(
      Ledger ledger,
      Verdicts verdicts,
      SecondOpinions opinions,
      CheckListener listener,
      LongSupplier clockMillis,
      Consumer<Runnable> later) {
    this.ledger = ledger;
    this.verdicts = verdicts;
    this.opinions = opinions;
    this.listener = listener;
    this.clockMillis = clockMillis;
    this.later = later;
  }

  /**
   * Time goes on.
   *
   * @param monotonicMillis now
   */
  void tick(long monotonicMillis) {
    nowMillis = monotonicMillis;
  }

  /**
   * Others are there.
   *
   * @param nodes who is in touch with a majority; nobody if this node is not
   */
  void up(Set<String> nodes) {
    up = nodes;
  }

  private static String component(OwnedCheck check) {
    return InstanceStatus.CHECK + check.spec.id();
  }

  /** The verdict that holds now: what the state shows, or the initial one if that is not there. */
  Health written(OwnedCheck check) {
    Node node = node(check);
    Health shown = node == null ? null : shown(check, node);
    return shown == null ? check.spec.terms().initial() : shown;
  }

  /** Nothing if the registration is over, which the next look at the changes will show. */
  private @Nullable Node node(OwnedCheck check) {
    Node node = ledger.local().tree().find(check.instance.key().path());
    boolean same =
        node != null && node.stat().createdRevision() == check.instance.createdRevision();
    return same ? node : null;
  }

  private static @Nullable Health shown(OwnedCheck check, Node node) {
    InstanceStatus.Component component = InstanceStatus.of(node).components().get(component(check));
    return component == null ? null : component.health();
  }

  /** Has the verdict written if the state shows another one. */
  void settle(OwnedCheck check) {
    Node node = node(check);
    if (check.reporting || node == null) {
      return;
    }
    Health shown = shown(check, node);
    Health verdict = check.streak.verdict();
    Health written = shown == null ? Health.PASSING : shown;
    if (verdict.compareTo(written) >= 0) {
      check.betterSinceMillis = -1;
    }
    heldBack.remove(check);
    if (verdict == written && !isFirstWord(check, node, verdict)) {
      return;
    }
    if (isHeldBack(check, node, verdict, written)) {
      heldBack.add(check);
      return;
    }
    check.reporting = true;
    String other = Placement.second(up, check.hash);
    boolean initial = shown == null && check.output.isEmpty();
    if (verdict == Health.CRITICAL
        && verdict != written
        && check.spec.terms().secondOpinion()
        && other != null
        && !initial) {
      askAnother(check, other);
    } else {
      write(check, verdict);
    }
  }

  /** Whether a probe has found out why the initial verdict is right. */
  private static boolean isFirstWord(OwnedCheck check, Node node, Health verdict) {
    return check.found == verdict
        && !check.output.isEmpty()
        && InstanceStatus.of(node).isUnchecked(component(check));
  }

  /** Whether what is better must be so for longer, since the instance comes and goes too often. */
  private boolean isHeldBack(OwnedCheck check, Node node, Health verdict, Health written) {
    if (verdict.compareTo(written) >= 0) {
      return false;
    }
    if (check.betterSinceMillis < 0) {
      check.betterSinceMillis = nowMillis;
    }
    long hold = FlapDamping.holdMillis(InstanceStatus.of(node).history(), clockMillis.getAsLong());
    return nowMillis - check.betterSinceMillis < hold;
  }

  /** A node whose own way to the instance is broken is not to call it dead. */
  private void askAnother(OwnedCheck check, String other) {
    var question =
        new SecondOpinions.Question(
            check.instance.key(), check.instance.createdRevision(), check.spec.id());
    var unused =
        opinions
            .ask(other, question, Duration.ofMillis(check.spec.terms().timeoutMillis()))
            .whenComplete((opinion, failed) -> later.accept(() -> heard(check, other, opinion)));
  }

  private void heard(OwnedCheck check, String other, @Nullable ProbeResult opinion) {
    check.reporting = false;
    if (check.given || up.isEmpty()) {
      return;
    }
    if (check.streak.verdict() != Health.CRITICAL) {
      settle(check); // it has changed meanwhile
      return;
    }
    if (opinion instanceof ProbeResult.Found found && found.health() != Health.CRITICAL) {
      LOG.infof(
          "%s finds check %s of %s %s, this node finds it critical (%s): nothing is written",
          other, check.spec.id(), check.instance.key(), found.health().text(), check.output);
      listener.disputed();
      check.forget(written(check));
      return;
    }
    check.reporting = true;
    write(check, Health.CRITICAL);
  }

  private void write(OwnedCheck check, Health verdict) {
    var finding =
        new Verdicts.Finding(
            check.instance.key(),
            check.instance.createdRevision(),
            component(check),
            verdict,
            check.output.isEmpty() ? InstanceStatus.NOT_CHECKED : check.output);
    var unused =
        verdicts
            .report(finding)
            .whenComplete(
                (outcome, failed) ->
                    later.accept(
                        () -> {
                          check.reporting = false;
                          if (failed != null) {
                            LOG.debugf("a verdict was not written: %s", failed.getMessage());
                            unwritten.add(check);
                          } else if (!check.given && !up.isEmpty()) {
                            settle(check); // it may have changed meanwhile
                          }
                        }));
  }

  /** Tries again what could not be written, or was to wait. */
  void retry() {
    if (nowMillis < retryMillis || (unwritten.isEmpty() && heldBack.isEmpty())) {
      return;
    }
    retryMillis = nowMillis + RETRY_MILLIS;
    List<OwnedCheck> again = new ArrayList<>(unwritten);
    again.addAll(heldBack);
    unwritten.clear();
    heldBack.clear();
    for (OwnedCheck check : again) {
      if (!check.given) {
        settle(check);
      }
    }
  }
}
