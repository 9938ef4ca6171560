package dev.muster.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows a resource by long polls and tells its mailboxes what it sees: never anything older than
 * before. When no server answers, what is known is kept and said to be stale; if nothing is known
 * yet, the cache is asked. Holds no thread; thread-safe.
 */
final class Follower {
  private static final Logger LOG = System.getLogger(Follower.class.getName());

  private final Resource resource;
  private final Calls calls;
  private final @Nullable DiskCache cache;
  private final Timer timer;
  private final Backoff backoff;
  private final int waitSeconds;
  private final Set<Mailbox<View>> mailboxes = new LinkedHashSet<>();
  private @Nullable View view;
  private boolean canWait;
  private @Nullable CompletableFuture<Answer> polling;
  private Timer.@Nullable Task pausing;
  private Timer.@Nullable Task firstIsLate;
  private long polledMillis;

  /** The revision of what was known when the poll under way was sent; -1 if nothing was. */
  private long polledAsOf;

  private @Nullable Snapshot cached;
  private @Nullable MusterException failure;
  private boolean closed;

  Follower(
      Resource resource,
      Calls calls,
      @Nullable DiskCache cache,
      Timer timer,
      RandomGenerator random,
      int waitSeconds) {
    this.resource = resource;
    this.calls = calls;
    this.cache = cache;
    this.timer = timer;
    this.backoff = new Backoff(random, Limits.BACKOFF_MAX_MILLIS);
    this.waitSeconds = waitSeconds;
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
    mailboxes.clear();
    for (Timer.Task waiting : new Timer.Task[] {pausing, firstIsLate}) {
      if (waiting != null) {
        waiting.cancel();
      }
    }
    if (polling != null) {
      polling.cancel(true);
    }
  }

  /** Begins, where an earlier process has ended: what it was told is the least to be read. */
  void start() {
    Snapshot found = cache == null ? null : cache.read(resource.path());
    if (found != null) {
      calls.saw(found.asOf());
      synchronized (this) {
        cached = found;
        if (!closed) {
          firstIsLate = timer.after(Limits.FIRST_ANSWER_MILLIS_MAX, this::firstIsLate);
        }
      }
    }
    poll();
  }

  /** Asks once; the answer leads to the next question. Not under the lock: it may fail at once. */
  private void poll() {
    Call question;
    synchronized (this) {
      if (closed) {
        return;
      }
      polledMillis = timer.nowMillis();
      polledAsOf = view == null ? -1 : view.snapshot().asOf();
      question = question(view);
    }
    CompletableFuture<Answer> poll = calls.round(question);
    synchronized (this) {
      polling = poll;
      if (closed) {
        poll.cancel(true);
      }
    }
    var unused = poll.whenComplete(this::heard);
  }

  private Call question(@Nullable View known) {
    if (known == null || !canWait) {
      // Of what the cache holds the content is asked for too: its tag may be another cluster's.
      return Call.get(resource.path());
    }
    // What is stale is to be known fresh at once, not when it changes next.
    return Call.poll(resource.path(), known.snapshot().modified(), known.stale() ? 0 : waitSeconds);
  }

  /** Whatever happens to an answer, there is another question: nobody else would ask it. */
  private void heard(@Nullable Answer answer, @Nullable Throwable unanswered) {
    try {
      if (answer == null) {
        failed(Futures.asMuster(unanswered == null ? new IllegalStateException() : unanswered));
      } else {
        heard(answer);
      }
    } catch (Throwable e) {
      pause(Futures.asMuster(e));
    }
  }

  private void heard(Answer answer) {
    if (answer.status() == 200) {
      var unused =
          resource
              .reader()
              .read(answer, () -> Long.MAX_VALUE)
              .thenAccept(snapshot -> saw(snapshot, true))
              .exceptionally(
                  unreadable -> {
                    heard(null, unreadable);
                    return null;
                  });
    } else if (answer.status() == 304) {
      unchanged(answer);
    } else if (resource.isAbsent(answer)) {
      saw(Snapshot.absent(answer.revision()), true);
    } else if (Resource.isOutsideOfAnyNamespace(answer)) {
      saw(Snapshot.absent(answer.revision()), false);
    } else {
      failed(answer.exception(MusterException.Outcome.NOT_DONE));
    }
  }

  private void unchanged(Answer answer) {
    View known;
    synchronized (this) {
      known = view;
    }
    if (known != null && answer.etag() == known.snapshot().modified()) {
      saw(known.snapshot().asOf(answer.revision()), true);
    } else if (known != null && isOvertaken(known, answer.revision())) {
      poll();
    } else {
      failed(
          new MusterException(
              MusterException.INVALID_ANSWER,
              answer.server() + " says that what nobody has is unchanged"));
    }
  }

  /** Whether an answer of this revision was under way while something newer was read elsewhere. */
  private synchronized boolean isOvertaken(View known, long revision) {
    return revision < known.snapshot().asOf() && known.snapshot().asOf() > polledAsOf;
  }

  private void saw(Snapshot snapshot, boolean mayWait) {
    if (cache != null) {
      cache.writeFollowed(resource.path(), snapshot);
    }
    boolean pollsAtOnce;
    synchronized (this) {
      View before = view;
      if (closed) {
        return;
      }
      if (before != null && snapshot.asOf() < before.snapshot().asOf()) {
        pollsAtOnce = isOvertaken(before, snapshot.asOf());
        if (!pollsAtOnce) {
          // No Muster does that when asked for a revision at least; whatever stands before it may.
          pause(
              new MusterException(
                  MusterException.INVALID_ANSWER,
                  "the state of revision "
                      + snapshot.asOf()
                      + ", after that of "
                      + before.snapshot().asOf()));
        }
      } else {
        boolean changed =
            before == null || before.snapshot().modified() != snapshot.modified() || before.stale();
        canWait = mayWait;
        succeeded(snapshot);
        view = new View(snapshot, false);
        pollsAtOnce = mayWait && (changed || !isPollTooSoon());
        if (!pollsAtOnce) {
          pausing = timer.after(backoff.nextMillis(Limits.IDLE_POLL_MILLIS_MIN), this::poll);
        } else if (changed) {
          backoff.reset();
        }
      }
    }
    if (pollsAtOnce) {
      poll();
    }
    signal();
  }

  private boolean isPollTooSoon() {
    return timer.nowMillis() - polledMillis < Limits.IDLE_POLL_MILLIS_MIN;
  }

  private void succeeded(Snapshot snapshot) {
    if (failure != null) {
      LOG.log(Level.INFO, resource.path() + " is followed, as of revision " + snapshot.asOf());
      failure = null;
    }
    noLongerNeedsTheCache();
  }

  private void noLongerNeedsTheCache() {
    cached = null;
    if (firstIsLate != null) {
      firstIsLate.cancel();
      firstIsLate = null;
    }
  }

  /** Somebody has read this meanwhile: nothing older is to be told any more. */
  void sawElsewhere(Snapshot snapshot) {
    synchronized (this) {
      View before = view;
      if (closed || (before != null && snapshot.asOf() <= before.snapshot().asOf())) {
        return;
      }
      noLongerNeedsTheCache();
      // Whether it can be followed is what polls say: it would be told to and fro, else.
      view = new View(snapshot, before != null && before.stale());
    }
    signal();
  }

  private void firstIsLate() {
    synchronized (this) {
      if (!closed && view == null) {
        serveCached("no server has answered within " + Limits.FIRST_ANSWER_MILLIS_MAX + " ms");
      }
    }
    signal();
  }

  private void serveCached(String why) {
    Snapshot found = cached;
    if (found != null) {
      LOG.log(
          Level.WARNING,
          resource.path()
              + " is served from the cache, as of revision "
              + found.asOf()
              + ": "
              + why);
      noLongerNeedsTheCache();
      view = new View(found, true);
    }
  }

  private void failed(MusterException latest) {
    synchronized (this) {
      if (closed) {
        return;
      }
      View before = view;
      if (before != null && !before.stale()) {
        LOG.log(
            Level.WARNING,
            resource.path()
                + " cannot be followed for now; what was known at revision "
                + before.snapshot().asOf()
                + " stays: "
                + latest.getMessage());
        view = new View(before.snapshot(), true);
      } else if (before == null && cached != null) {
        serveCached(String.valueOf(latest.getMessage()));
      } else if (failure == null || !failure.code().equals(latest.code())) {
        LOG.log(
            Level.WARNING,
            resource.path() + " cannot be followed; it is tried further: " + latest.getMessage());
      }
      pause(latest);
    }
    signal();
  }

  private synchronized void pause(MusterException latest) {
    if (!closed) {
      LOG.log(Level.DEBUG, () -> resource.path() + ": " + latest.getMessage());
      failure = latest;
      pausing = timer.after(backoff.nextMillis(latest.retryAfterMillis()), this::poll);
    }
  }

  /** Not under the lock: with some executors the listeners run here and now. */
  private void signal() {
    List<Mailbox<View>> told;
    synchronized (this) {
      told = List.copyOf(mailboxes);
    }
    told.forEach(Mailbox::signal);
  }
}
