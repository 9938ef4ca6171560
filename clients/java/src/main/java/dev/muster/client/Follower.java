package dev.muster.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a resource that is followed, and who is told: never anything older than before.
 * It is fed by a poll. When no server answers, what is known is kept and said to be stale; if
 * nothing is known yet, the cache is asked. Holds no thread; thread-safe.
 */
final class Follower {
  private static final Logger LOG = System.getLogger(Follower.class.getName());

  private final Resource resource;
  private final @Nullable DiskCache cache;
  private final Timer timer;
  private final Executor executor;
  private final OutageLog outages;
  private final Set<Mailbox<View>> mailboxes = new LinkedHashSet<>();
  private @Nullable View view;

  /** Whether a poll has told it, so that servers can be asked for what is new since. */
  private boolean canWait;

  private Timer.@Nullable Task firstIsLate;
  private @Nullable Snapshot cached;
  private @Nullable MusterException failure;
  private boolean closed;
  private Telling telling = new Telling(CompletableFuture.completedFuture(null), 0);

  /**
   * Nothing is asked for it yet.
   *
   * @param executor where the mailboxes are signalled: with some executors the listeners run there
   *     and then, and must not keep a poll from going on
   */
  Follower(
      Resource resource,
      @Nullable DiskCache cache,
      Timer timer,
      Executor executor,
      OutageLog outages) {
    this.resource = resource;
    this.cache = cache;
    this.timer = timer;
    this.executor = executor;
    this.outages = outages;
  }

  /**
   * What a poll tells the servers.
   *
   * @param tag the revision that last modified it, 0 if it does not exist; {@link #NOTHING} if no
   *     server has told it: of what the cache holds the content is asked for too, as its tag may be
   *     another cluster's
   * @param asOf the revision that it was known at; -1 if it is not known at all
   * @param current whether the servers may wait for a change; what is stale is to be known fresh at
   *     once, not when it changes next
   * @param telling those who listen of just that
   */
  record Known(long tag, long asOf, boolean current, Telling telling) {
    static final long NOTHING = -1;
  }

  /**
   * Those who listen are being told.
   *
   * @param over completes once all of them have run, or failed
   * @param sinceMillis when it began, by the client's timer
   */
  record Telling(CompletableFuture<@Nullable Void> over, long sinceMillis) {}

  synchronized Known known() {
    View latest = view;
    if (latest == null) {
      return new Known(Known.NOTHING, -1, false, telling);
    }
    Snapshot snapshot = latest.snapshot();
    return canWait
        ? new Known(snapshot.modified(), snapshot.asOf(), !latest.stale(), telling)
        : new Known(Known.NOTHING, snapshot.asOf(), false, telling);
  }

  Resource resource() {
    return resource;
  }

  /** The latest; absent until a server or the cache knew something. */
  synchronized @Nullable View view() {
    return view;
  }

  /** What the last try failed of; empty if it did not. */
  synchronized Optional<MusterException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Tells the mailbox of all that is to come; of what is known, whoever adds it. */
  synchronized void add(Mailbox<View> mailbox) {
    mailboxes.add(mailbox);
  }

  /** Whether nobody is left to tell. */
  synchronized boolean remove(Mailbox<View> mailbox) {
    mailboxes.remove(mailbox);
    return mailboxes.isEmpty();
  }

  synchronized void close() {
    closed = true;
    setFailure(null);
    mailboxes.clear();
    if (firstIsLate != null) {
      firstIsLate.cancel();
    }
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Begins, where an earlier process has ended.
   *
   * @return the revision that it was told: the least that is to be read; 0 if it was told nothing
   */
  long start() {
    Snapshot found = cache == null ? null : cache.read(resource.path());
    if (found == null) {
      return 0;
    }
    synchronized (this) {
      cached = found;
      if (!closed) {
        firstIsLate = timer.after(Limits.FIRST_ANSWER_MILLIS_MAX, this::firstIsLate);
      }
    }
    return found.asOf();
  }

  /**
   * A server has told a poll this.
   *
   * @param mayWait whether servers can be asked to wait for what comes next
   * @return whether there is reason to ask anew at once: this is something else than before, or
   *     what was asked was out of date by the time of the answer
   */
  boolean saw(Snapshot snapshot, boolean mayWait) {
    return saw(snapshot, mayWait, snapshot.modified());
  }

  /**
   * As above, of what looks as it did with another tag.
   *
   * @param same the tag that it may have had before without being something else
   */
  private boolean saw(Snapshot snapshot, boolean mayWait, long same) {
    if (cache != null) {
      cache.writeFollowed(resource.path(), snapshot);
    }
    boolean changed;
    boolean waitsNow;
    @Nullable Telling begun;
    synchronized (this) {
      View before = view;
      if (closed || (before != null && snapshot.asOf() < before.snapshot().asOf())) {
        return true; // it was under way while something newer was read elsewhere
      }
      changed = before == null || before.snapshot().modified() != same || before.stale();
      waitsNow = mayWait && !canWait;
      canWait = mayWait;
      view = new View(snapshot, false);
      setFailure(null);
      noLongerNeedsTheCache();
      begun = changed ? beginTelling() : null;
    }
    if (begun != null) {
      tell(begun);
    }
    return changed || waitsNow;
  }

  /**
   * A server has told a poll that it still is what was asked with; otherwise as {@link #saw}.
   *
   * @param held the tag that was asked with
   * @param tag that it has now: a newer one, where what changed is nothing that is shown here
   * @param revision of the state that says so
   * @throws MusterException {@link MusterException#INVALID_ANSWER} if it cannot be
   */
  boolean stillIs(long held, long tag, long revision) {
    View latest;
    synchronized (this) {
      latest = view;
      if (closed) {
        return true;
      }
    }
    if (latest != null && latest.snapshot().modified() == held && held <= tag) {
      return saw(latest.snapshot().asOf(revision).withModified(tag), true, held);
    }
    if (latest != null && revision < latest.snapshot().asOf()) {
      return true;
    }
    throw new MusterException(
        MusterException.INVALID_ANSWER,
        resource.path() + ": a server says that what nobody has is unchanged");
  }

  /** Somebody has read this meanwhile: nothing older is to be told any more. */
  void sawElsewhere(Snapshot snapshot) {
    Telling begun;
    synchronized (this) {
      View before = view;
      if (closed || (before != null && snapshot.asOf() <= before.snapshot().asOf())) {
        return;
      }
      noLongerNeedsTheCache();
      // Whether it can be followed is what polls say: it would be told to and fro, else.
      view = new View(snapshot, before != null && before.stale());
      begun = beginTelling();
    }
    tell(begun);
  }

  private void noLongerNeedsTheCache() {
    cached = null;
    if (firstIsLate != null) {
      firstIsLate.cancel();
      firstIsLate = null;
    }
  }

  private void firstIsLate() {
    synchronized (this) {
      if (!closed && view == null) {
        serveCached("no server has answered within " + Limits.FIRST_ANSWER_MILLIS_MAX + " ms");
      }
    }
    var unused = signal();
  }

  private void serveCached(String why) {
    Snapshot found = cached;
    if (found != null) {
      outages.warn(
          resource.path()
              + " is served from the cache, as of revision "
              + found.asOf()
              + ": "
              + why);
      noLongerNeedsTheCache();
      view = new View(found, true);
    }
  }

  /** No server answers, or they refuse: what is known is stale from now on. */
  void failed(MusterException latest) {
    synchronized (this) {
      if (closed) {
        return;
      }
      View before = view;
      if (before != null && !before.stale()) {
        outages.warn(
            resource.path()
                + " cannot be followed for now; what was known at revision "
                + before.snapshot().asOf()
                + " stays: "
                + latest.getMessage());
        view = new View(before.snapshot(), true);
      } else if (before == null && cached != null) {
        serveCached(String.valueOf(latest.getMessage()));
      } else if (failure == null || !failure.code().equals(latest.code())) {
        outages.warn(
            resource.path() + " cannot be followed; it is tried further: " + latest.getMessage());
      }
      setFailure(latest);
    }
    var unused = signal();
  }

  private void setFailure(@Nullable MusterException latest) {
    if (failure == null && latest != null) {
      outages.begins();
    } else if (failure != null && latest == null) {
      outages.ends(resource.path());
    }
    failure = latest;
  }

  /** A poll was answered, but with nothing of use; what is known is as good as before. */
  synchronized void disturbed(MusterException latest) {
    LOG.log(Level.DEBUG, () -> resource.path() + ": " + latest.getMessage());
    if (!closed) {
      setFailure(latest);
    }
  }

  /** With the view, under one lock: no poll says that it is known here before all were told. */
  private Telling beginTelling() {
    telling = new Telling(new CompletableFuture<>(), timer.nowMillis());
    return telling;
  }

  private void tell(Telling begun) {
    var unused = signal().whenComplete((told, failed) -> begun.over.complete(null));
  }

  /** Answers what completes once all listeners have run, or failed, that are there now. */
  private CompletableFuture<@Nullable Void> signal() {
    List<Mailbox<View>> told;
    synchronized (this) {
      told = List.copyOf(mailboxes);
    }
    CompletableFuture<?>[] all =
        told.stream()
            .map(
                mailbox ->
                    CompletableFuture.runAsync(mailbox::signal, executor)
                        .thenCompose(signalled -> mailbox.whenIdle()))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }
}
