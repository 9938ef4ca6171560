package dev.muster.duty;

import dev.muster.core.Command;
import dev.muster.core.Reply;
import dev.muster.core.Session;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;

/**
 * Ends sessions that nobody has heard of for their time to live. Deadlines are here alone, by the
 * tenure's clock: a new leader has heard nobody yet and gives everybody a full time to live, and a
 * leader that was stopped does not count the time in which it could not listen.
 *
 * <p>A leader that is cut off hears nobody either, and may be in touch again before another one is
 * elected. So a session ends only after a majority has answered since it fell silent, and the time
 * in which none did is not counted.
 *
 * <p>Deadlines are in the order of time, and a sign of life does not move them: one that has come
 * is put off if its session was heard of meanwhile. So a tick costs what is due, however many live.
 */
public final class SessionExpiry implements Duty {
  private static final Logger LOG = Logger.getLogger(SessionExpiry.class);

  /**
   * Living sessions that one tick compares with those it knows, so that a million of them do not
   * keep the duties' thread busy; the next tick goes on behind them. Until then, one that was never
   * heard of is given time that is not its due.
   */
  static final int LOOKED_AT_MAX = 50_000;

  /** Deadlines that one tick looks at; the rest waits for the next tick. */
  static final int DUE_LOOKED_AT_MAX = 50_000;

  /** Sessions that one tick finds to be silent: about each of them somebody is asked. */
  static final int FOUND_SILENT_MAX = 2_048;

  /** Deadlines that are further away are looked at in between, to forget those that are gone. */
  static final long DUE_MILLIS_MAX = 60_000;

  /** A majority that answers later than this was out of touch, and so were the sessions. */
  static final long IN_TOUCH_MILLIS = 1_000;

  private final Ledger ledger;
  private final Reprieve reprieve;

  /** What is known of the living, by id. Guarded by this: heartbeats come on other threads. */
  private final NavigableMap<Long, Watched> watched = new TreeMap<>();

  /** Each that is watched, unless it is to end or is kept, and some that are no more. */
  private final PriorityQueue<Watched> due = newQueue();

  /**
   * Those that are kept though they are silent. Apart, so that many more that fall silent do not
   * keep those waiting whose time is really over.
   */
  private final PriorityQueue<Watched> keptDue = newQueue();

  private Tenure tenure = new Tenure(0);
  private boolean holdsTenure;
  private long nowMillis;
  private final Closings<Watched> closings = new Closings<>();
  private boolean closing;

  /** The living when the last round through them began; absent before the first. */
  private @Nullable PSortedMap<Long, Session> roundOf;

  /** The last session that this round has looked at; 0 between rounds. */
  private long lookedAt;

  /** When the newest question that a majority has answered was asked. */
  private long inTouchAtMillis;

  private boolean asking;

  /** A session as the leader sees it. */
  private static final class Watched {
    final long id;
    final long ttlMillis;

    /** When it was heard of last, by the tenure's clock. */
    long heardAt;

    /** Until when it is kept though it is silent; 0 if it was not since it was heard of. */
    long keptUntil;

    /** Whether a sign of life is news to those who may keep it. */
    boolean isNews = true;

    /** Its place among the deadlines: when it is looked at. */
    long dueAt;

    /** Over, or watched by another one of these. */
    boolean discarded;

    Watched(Session session, long heardAt) {
      this.id = session.id();
      this.ttlMillis = session.ttlMillis();
      this.heardAt = heardAt;
    }

    long silentAfter() {
      return heardAt + ttlMillis;
    }

    long endsAt() {
      return Math.max(silentAfter(), keptUntil);
    }
  }

  private static PriorityQueue<Watched> newQueue() {
    return new PriorityQueue<>(
        Comparator.comparingLong((Watched each) -> each.dueAt).thenComparingLong(each -> each.id));
  }

  public SessionExpiry(Ledger ledger) {
    this(ledger, Reprieve.NONE);
  }

  public SessionExpiry(Ledger ledger, Reprieve reprieve) {
    this.ledger = ledger;
    this.reprieve = reprieve;
  }

  @Override
  public synchronized void begin(Tenure newTenure) {
    forget();
    tenure = newTenure;
    holdsTenure = true;
    nowMillis = 0;
    inTouchAtMillis = 0;
    asking = false;
  }

  @Override
  public synchronized void end() {
    forget();
    holdsTenure = false;
  }

  private void forget() {
    watched.clear();
    due.clear();
    keptDue.clear();
    closings.clear();
    roundOf = null;
    lookedAt = 0;
  }

  /** A session was heard of, here or on another node. Any thread. */
  public synchronized void heard(long id) {
    if (!holdsTenure) {
      return;
    }
    Watched known = watched.get(id);
    if (known == null) {
      // One that nobody opened must not be kept.
      Session session = ledger.local().sessions().get(id);
      if (session == null) {
        return;
      }
      known = watch(session, latestNow());
    } else if (known.keptUntil > 0) {
      // Its deadline is that of the silence that is over.
      known.discarded = true;
      Session session = ledger.local().sessions().get(id);
      if (session == null) {
        return;
      }
      known = watch(session, latestNow());
    }
    known.heardAt = latestNow();
    if (known.isNews) {
      known.isNews = false;
      reprieve.heard(id);
    }
  }

  /**
   * What the clock may have got to since the last tick: nobody is given less than the full time.
   */
  private long latestNow() {
    return nowMillis + Duties.TICK_COUNTED_MILLIS_MAX;
  }

  /** How long a session has left if it stays silent; unknown unless this node leads. */
  public synchronized OptionalLong millisLeft(Session session) {
    Watched known = watched.get(session.id());
    if (known == null) {
      return OptionalLong.empty();
    }
    long silent = Math.max(0, nowMillis - known.heardAt);
    return OptionalLong.of(Math.max(0, session.ttlMillis() - silent));
  }

  /** How many sessions it has a time for. */
  synchronized int known() {
    return watched.size();
  }

  @Override
  public synchronized void tick(long tenureMillis) {
    nowMillis = tenureMillis;
    PSortedMap<Long, Session> living = ledger.local().sessions();
    lookAround(living);
    endSilent(living);
  }

  // ---- who lives

  private Watched watch(Session session, long heardAt) {
    Watched fresh = new Watched(session, heardAt);
    watched.put(fresh.id, fresh);
    enqueue(fresh);
    return fresh;
  }

  private void enqueue(Watched each) {
    // Not before the next tick: this one may be about to look at those that are due.
    each.dueAt = Math.max(nowMillis, Math.min(each.endsAt(), nowMillis + DUE_MILLIS_MAX));
    (each.keptUntil > 0 ? keptDue : due).add(each);
  }

  /** Goes on with a round through the living: watches who is new, forgets who is gone. */
  private void lookAround(PSortedMap<Long, Session> living) {
    if (lookedAt == 0) {
      if (living == roundOf) {
        return; // nobody came or went since
      }
      roundOf = living;
    }
    long from = lookedAt;
    List<Session> some = new ArrayList<>();
    lookedAt = 0;
    for (Session session : living.tailMap(from, false).values()) {
      if (some.size() == LOOKED_AT_MAX) {
        lookedAt = some.get(some.size() - 1).id();
        break;
      }
      some.add(session);
    }
    Iterator<Watched> known =
        watched
            .subMap(from, false, lookedAt == 0 ? Long.MAX_VALUE : lookedAt, true)
            .values()
            .iterator();
    List<Session> unknown = new ArrayList<>();
    int next = 0;
    while (known.hasNext()) {
      Watched each = known.next();
      while (next < some.size() && some.get(next).id() < each.id) {
        unknown.add(some.get(next++));
      }
      if (next < some.size() && some.get(next).id() == each.id) {
        next++;
      } else {
        known.remove();
        discard(each);
      }
    }
    unknown.addAll(some.subList(next, some.size()));
    unknown.forEach(session -> watch(session, nowMillis));
  }

  private void discard(Watched each) {
    each.discarded = true;
    reprieve.gone(each.id);
  }

  // ---- who is silent

  private void endSilent(PSortedMap<Long, Session> living) {
    look(keptDue, DUE_LOOKED_AT_MAX, living);
    look(due, FOUND_SILENT_MAX, living);
    close();
  }

  /** Looks at those that are due, until so many of them were silent. */
  private void look(PriorityQueue<Watched> queue, int silentMax, PSortedMap<Long, Session> living) {
    int silent = 0;
    for (int looks = 0; looks < DUE_LOOKED_AT_MAX && silent < silentMax; looks++) {
      Watched first = queue.peek();
      if (first == null || nowMillis <= first.dueAt || closings.isFull()) {
        return;
      }
      boolean isSilent = !first.discarded && nowMillis > first.endsAt();
      if (isSilent && inTouchAtMillis <= first.endsAt()) {
        ask();
        return;
      }
      queue.remove();
      silent += isSilent ? 1 : 0;
      Session session = first.discarded ? null : living.get(first.id);
      if (session == null) {
        if (!first.discarded) {
          watched.remove(first.id);
          discard(first);
        }
      } else if (isKept(first, session)) {
        enqueue(first);
      } else {
        closings.add(first, session.ephemerals().size());
      }
    }
  }

  /** Sends what there is room for. */
  private void close() {
    if (closing) {
      return; // an answer came at once, to the loop below
    }
    closing = true;
    try {
      for (List<Watched> some = closings.next(); !some.isEmpty(); some = closings.next()) {
        proposeSilent(some);
      }
    } finally {
      closing = false;
    }
  }

  /** Some may have been heard of while they waited for their turn. */
  private void proposeSilent(List<Watched> some) {
    List<Watched> silent = new ArrayList<>();
    for (Watched each : some) {
      if (!each.discarded && nowMillis <= each.endsAt()) {
        enqueue(each);
      } else if (!each.discarded) {
        silent.add(each);
      }
    }
    if (!silent.isEmpty()) {
      propose(silent);
    }
  }

  /** Whether it is not to be ended now: it was heard of, or somebody keeps it for longer. */
  private boolean isKept(Watched each, Session session) {
    if (nowMillis <= each.endsAt()) {
      return true;
    }
    long millis;
    try {
      millis = reprieve.keepMillis(session, nowMillis - each.heardAt);
    } catch (RuntimeException unexpected) {
      LOG.errorf(unexpected, "session %x is silent and ends: nobody can say otherwise", each.id);
      millis = 0;
    }
    if (millis > 0) {
      each.keptUntil = nowMillis + millis;
      each.isNews = true;
    }
    return millis > 0;
  }

  /** Has a majority answer; what it lets end is looked at by the next tick. */
  private void ask() {
    if (asking) {
      return;
    }
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
      for (Watched each : watched.values()) {
        each.heardAt = Math.min(each.heardAt + took, latestNow());
        each.keptUntil = each.keptUntil == 0 ? 0 : each.keptUntil + took;
      }
    }
    if (inTouch) {
      inTouchAtMillis = askedAt;
    }
  }

  private void propose(List<Watched> silent) {
    Tenure proposedIn = tenure;
    List<Long> ids = silent.stream().map(each -> each.id).toList();
    CompletableFuture<Reply> reply =
        ledger.submit(new Command.CloseSessions(List.of(tenure.fence()), ids));
    closings.sent();
    var unused = reply.whenComplete((done, failed) -> settled(proposedIn, silent));
  }

  /** Done, refused or given up: what still lives is looked at again. */
  private synchronized void settled(Tenure proposedIn, List<Watched> silent) {
    if (proposedIn.equals(tenure)) {
      closings.settled();
      silent.stream().filter(each -> !each.discarded).forEach(this::enqueue);
      close();
    }
  }
}
