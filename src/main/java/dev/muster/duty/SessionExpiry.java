package dev.muster.duty;

import dev.muster.core.Command;
import dev.muster.core.Limits;
import dev.muster.core.Session;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Ends sessions that nobody has heard of for their time to live. Deadlines are here alone, by the
 * tenure's clock: a new leader has heard nobody yet and gives everybody a full time to live, and a
 * leader that was stopped does not count the time in which it could not listen.
 *
 * <p>A leader that is cut off hears nobody either, and may be in touch again before another one is
 * elected. So a session ends only after a majority has answered since it fell silent, and the time
 * in which none did is not counted.
 */
public final class SessionExpiry implements Duty {
  /** Nodes that one command may delete, unless a single session owns more. */
  static final int EPHEMERALS_PER_COMMAND_MAX = 500;

  /** Commands under way at once; the rest waits for the next tick. */
  static final int COMMANDS_UNDER_WAY_MAX = 8;

  /** A majority that answers later than this was out of touch, and so were the sessions. */
  static final long IN_TOUCH_MILLIS = 1_000;

  private final Ledger ledger;

  /**
   * When a session was heard of last, by the tenure's clock. Guarded by this: heartbeats come on
   * other threads.
   */
  private final Map<Long, Long> heardAt = new HashMap<>();

  private final Set<Long> ending = new HashSet<>();
  private Tenure tenure = new Tenure(0);
  private long nowMillis;
  private int commandsUnderWay;

  /** When the newest question that a majority has answered was asked. */
  private long inTouchAtMillis;

  private boolean asking;

  public SessionExpiry(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public synchronized void begin(Tenure newTenure) {
    heardAt.clear();
    ending.clear();
    tenure = newTenure;
    nowMillis = 0;
    commandsUnderWay = 0;
    inTouchAtMillis = 0;
    asking = false;
  }

  @Override
  public synchronized void end() {
    heardAt.clear();
    ending.clear();
  }

  /** A session was heard of, here or on another node. Any thread. */
  public synchronized void heard(long session) {
    // Only those that the last tick knew: an id that nobody opened must not be kept.
    heardAt.replace(session, latestNow());
  }

  /**
   * What the clock may have got to since the last tick: nobody is given less than the full time.
   */
  private long latestNow() {
    return nowMillis + Duties.TICK_COUNTED_MILLIS_MAX;
  }

  /** How long a session has left if it stays silent; unknown unless this node leads. */
  public synchronized OptionalLong millisLeft(Session session) {
    Long heard = heardAt.get(session.id());
    if (heard == null) {
      return OptionalLong.empty();
    }
    long silent = Math.max(0, nowMillis - heard);
    return OptionalLong.of(Math.max(0, session.ttlMillis() - silent));
  }

  /** How many sessions it has a time for. */
  synchronized int known() {
    return heardAt.size();
  }

  @Override
  public synchronized void tick(long tenureMillis) {
    nowMillis = tenureMillis;
    Map<Long, Session> living = ledger.local().sessions();
    heardAt.keySet().retainAll(living.keySet());
    ending.retainAll(living.keySet());
    boolean uncertain = false;
    List<Long> silent = new ArrayList<>();
    int ephemerals = 0;
    for (Session session : living.values()) {
      long over = heardAt.computeIfAbsent(session.id(), unheard -> nowMillis) + session.ttlMillis();
      if (nowMillis <= over || ending.contains(session.id())) {
        continue;
      }
      if (inTouchAtMillis <= over) {
        uncertain = true;
        continue;
      }
      int owned = session.ephemerals().size();
      if (!silent.isEmpty()
          && (ephemerals + owned > EPHEMERALS_PER_COMMAND_MAX
              || silent.size() >= Limits.SESSIONS_CLOSED_AT_ONCE_MAX)) {
        propose(List.copyOf(silent));
        silent.clear();
        ephemerals = 0;
      }
      if (commandsUnderWay < COMMANDS_UNDER_WAY_MAX) {
        silent.add(session.id());
        ephemerals += owned;
      }
    }
    if (!silent.isEmpty()) {
      propose(List.copyOf(silent));
    }
    if (uncertain && !asking) {
      ask();
    }
  }

  /** Has a majority answer; what it lets end is looked at by the next tick. */
  private void ask() {
    asking = true;
    Tenure askedIn = tenure;
    long askedAt = nowMillis;
    var unused =
        ledger.fresh().whenComplete((state, failed) -> answered(askedIn, askedAt, failed == null));
  }

  private synchronized void answered(Tenure askedIn, long askedAt, boolean inTouch) {
    if (!askedIn.equals(tenure)) {
      return;
    }
    asking = false;
    long took = nowMillis - askedAt;
    if (took > IN_TOUCH_MILLIS) {
      heardAt.replaceAll((id, heard) -> Math.min(heard + took, latestNow()));
    }
    if (inTouch) {
      inTouchAtMillis = askedAt;
    }
  }

  private void propose(List<Long> silent) {
    commandsUnderWay++;
    ending.addAll(silent);
    Tenure proposedIn = tenure;
    var unused =
        ledger
            .submit(new Command.CloseSessions(List.of(tenure.fence()), silent))
            .whenComplete((reply, failed) -> settled(proposedIn, silent));
  }

  /** Done, refused or given up: what still lives is looked at again. */
  private synchronized void settled(Tenure proposedIn, List<Long> silent) {
    if (proposedIn.equals(tenure)) {
      commandsUnderWay--;
      silent.forEach(ending::remove);
    }
  }
}
