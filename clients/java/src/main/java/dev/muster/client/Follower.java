package dev.muster.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
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
  private final CompletableFuture<View> first = new CompletableFuture<>();
  private @Nullable View view;
  private boolean canWait;
  private @Nullable CompletableFuture<Answer> polling;
  private Timer.@Nullable Task pausing;
  private long polledMillis;
  private @Nullable Snapshot cached;
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

  /** Completes with the first view. */
  CompletableFuture<View> first() {
    return first;
  }

  /** Tells the mailbox what is known, and all that is to come. */
  synchronized void add(Mailbox<View> mailbox) {
    mailboxes.add(mailbox);
    if (view != null) {
      mailbox.offer(view);
    }
  }

  /** Whether nobody is left to tell. */
  synchronized boolean remove(Mailbox<View> mailbox) {
    mailboxes.remove(mailbox);
    return mailboxes.isEmpty();
  }

  synchronized void close() {
    closed = true;
    mailboxes.clear();
    if (pausing != null) {
      pausing.cancel();
    }
    if (polling != null) {
      polling.cancel(true);
    }
    first.cancel(false);
  }

  /** Begins, where an earlier process has ended: what it was told is the least to be read. */
  void start() {
    Snapshot found = cache == null ? null : cache.read(resource.path());
    synchronized (this) {
      cached = found;
    }
    if (found != null) {
      calls.saw(found.asOf());
    }
    poll();
  }

  /** Asks once; the answer leads to the next question. */
  private synchronized void poll() {
    if (closed) {
      return;
    }
    polledMillis = timer.nowMillis();
    CompletableFuture<Answer> poll = calls.round(question(view));
    polling = poll;
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

  private void heard(@Nullable Answer answer, @Nullable Throwable failure) {
    if (answer == null) {
      failed(Futures.asMuster(failure == null ? new IllegalStateException() : failure));
    } else if (answer.status() == 200) {
      var unused =
          resource
              .reader()
              .read(answer)
              .whenComplete(
                  (snapshot, unreadable) -> {
                    if (snapshot == null) {
                      failed(Futures.asMuster(unreadable));
                    } else {
                      saw(snapshot, true);
                    }
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
    if (known == null || answer.etag() != known.snapshot().modified()) {
      failed(
          new MusterException(
              MusterException.INVALID_ANSWER,
              answer.server() + " says that what nobody has is unchanged"));
    } else {
      saw(known.snapshot().asOf(answer.revision()), true);
    }
  }

  private void saw(Snapshot snapshot, boolean mayWait) {
    if (cache != null) {
      cache.writeFollowed(resource.path(), snapshot);
    }
    synchronized (this) {
      View before = view;
      if (closed) {
        return;
      }
      if (before != null && snapshot.asOf() < before.snapshot().asOf()) {
        // No Muster does that when asked for a revision at least; whatever stands before it may.
        pause(
            new MusterException(
                MusterException.INVALID_ANSWER,
                "the state of revision "
                    + snapshot.asOf()
                    + ", after that of "
                    + before.snapshot().asOf()));
        return;
      }
      boolean changed =
          before == null || before.snapshot().modified() != snapshot.modified() || before.stale();
      canWait = mayWait;
      if (before != null && before.stale()) {
        LOG.log(
            Level.INFO, resource.path() + " is followed again, as of revision " + snapshot.asOf());
      }
      cached = null;
      publish(new View(snapshot, false));
      if (changed && mayWait) {
        backoff.reset();
        poll();
      } else if (mayWait && timer.nowMillis() - polledMillis >= Limits.IDLE_POLL_MILLIS_MIN) {
        poll();
      } else {
        pausing = timer.after(backoff.nextMillis(Limits.IDLE_POLL_MILLIS_MIN), this::poll);
      }
    }
  }

  private void failed(MusterException failure) {
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
                + failure.getMessage());
        publish(new View(before.snapshot(), true));
      } else if (before == null && cached != null) {
        LOG.log(
            Level.WARNING,
            resource.path()
                + " is served from the cache, as of revision "
                + cached.asOf()
                + ": "
                + failure.getMessage());
        publish(new View(cached, true));
      }
      pause(failure);
    }
  }

  private void pause(MusterException failure) {
    if (!closed) {
      LOG.log(Level.DEBUG, () -> resource.path() + ": " + failure.getMessage());
      pausing = timer.after(backoff.nextMillis(failure.retryAfterMillis()), this::poll);
    }
  }

  private void publish(View latest) {
    view = latest;
    for (Mailbox<View> mailbox : mailboxes) {
      mailbox.offer(latest);
    }
    first.complete(latest);
  }
}
