package dev.muster.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Feeds one follower by long polls of its own. Holds no thread; thread-safe. */
final class SinglePoll {
  private final Follower follower;
  private final Resource resource;
  private final Calls calls;
  private final Timer timer;
  private final Backoff backoff;
  private final Executor io;
  private final int waitSeconds;
  private @Nullable CompletableFuture<Answer> polling;
  private Timer.@Nullable Task pausing;
  private long polledMillis;
  private boolean closed;

  /**
   * @param io where it goes on after listeners
   */
  SinglePoll(
      Follower follower,
      Calls calls,
      Timer timer,
      RandomGenerator random,
      Executor io,
      int waitSeconds) {
    this.follower = follower;
    this.resource = follower.resource();
    this.calls = calls;
    this.timer = timer;
    this.backoff = new Backoff(random, Limits.BACKOFF_MAX_MILLIS);
    this.io = io;
    this.waitSeconds = waitSeconds;
  }

  synchronized void close() {
    closed = true;
    if (pausing != null) {
      pausing.cancel();
    }
    if (polling != null) {
      polling.cancel(true);
    }
  }

  /** Asks once; the answer leads to the next question. Not under the lock: it may fail at once. */
  private void ask(Follower.Known known) {
    synchronized (this) {
      if (closed) {
        return;
      }
      polledMillis = timer.nowMillis();
    }
    CompletableFuture<Answer> poll = calls.round(question(known));
    synchronized (this) {
      polling = poll;
      if (closed) {
        poll.cancel(true);
      }
    }
    var unused = poll.whenComplete((answer, failure) -> heard(known, answer, failure));
  }

  private Call question(Follower.Known known) {
    return known.tag() == Follower.Known.NOTHING
        ? Call.get(resource.path())
        : Call.poll(resource.path(), known.tag(), known.current() ? waitSeconds : 0);
  }

  /** Whatever happens to an answer, there is another question: nobody else would ask it. */
  private void heard(
      Follower.Known asked, @Nullable Answer answer, @Nullable Throwable unanswered) {
    try {
      if (answer == null) {
        failed(Futures.asMuster(unanswered == null ? new IllegalStateException() : unanswered));
      } else {
        heard(asked, answer);
      }
    } catch (Throwable e) {
      disturbed(Futures.asMuster(e));
    }
  }

  private void heard(Follower.Known asked, Answer answer) {
    if (answer.status() == 200) {
      var unused =
          resource
              .reader()
              .read(answer, () -> Long.MAX_VALUE)
              .thenAccept(snapshot -> saw(asked, snapshot, true))
              .exceptionally(
                  unreadable -> {
                    heard(asked, null, unreadable);
                    return null;
                  });
    } else if (answer.status() == 304) {
      Answer.demandNotOlder(answer.revision(), asked.asOf());
      next(follower.stillIs(asked.tag(), answer.etag(), answer.revision()), true);
    } else if (Resource.isOutsideOfAnyNamespace(answer)) {
      saw(asked, Snapshot.absent(answer.revision()), false);
    } else {
      failed(answer.exception(MusterException.Outcome.NOT_DONE));
    }
  }

  private void saw(Follower.Known asked, Snapshot snapshot, boolean mayWait) {
    try {
      Answer.demandNotOlder(snapshot.asOf(), asked.asOf());
      next(follower.saw(snapshot, mayWait), mayWait);
    } catch (MusterException e) {
      disturbed(e);
    }
  }

  private void next(boolean news, boolean mayWait) {
    synchronized (this) {
      boolean tooSoon = timer.nowMillis() - polledMillis < Limits.IDLE_POLL_MILLIS_MIN;
      if (!mayWait || (!news && tooSoon)) {
        pause(Limits.IDLE_POLL_MILLIS_MIN);
        return;
      }
      if (news) {
        backoff.reset();
      }
    }
    poll();
  }

  /**
   * Asks for what comes after what is known now. The tag of a poll tells the servers what this
   * client has: who drains an instance stops it then. So a list counts only when the listeners have
   * taken it over, within bounds.
   */
  void poll() {
    Follower.Known known = follower.known();
    CompletableFuture<@Nullable Void> told = known.telling().over();
    long leftMillis =
        known.telling().sinceMillis() + Limits.LISTENERS_MILLIS_MAX - timer.nowMillis();
    if (told.isDone() || leftMillis <= 0) {
      ask(known);
      return;
    }
    CompletableFuture<@Nullable Void> late = new CompletableFuture<>();
    Timer.Task clock;
    synchronized (this) {
      if (closed) {
        return;
      }
      clock = timer.after(leftMillis, () -> late.complete(null));
      pausing = clock;
    }
    var unused =
        CompletableFuture.anyOf(told, late)
            .handleAsync(
                (any, failure) -> {
                  clock.cancel();
                  ask(known);
                  return null;
                },
                io);
  }

  private synchronized void failed(MusterException failure) {
    pause(failure.retryAfterMillis()); // who learns of the failure finds that this has begun
    follower.failed(failure);
  }

  private synchronized void disturbed(MusterException failure) {
    pause(failure.retryAfterMillis());
    follower.disturbed(failure);
  }

  private synchronized void pause(long atLeastMillis) {
    if (!closed) {
      pausing = timer.after(backoff.nextMillis(atLeastMillis), this::poll);
    }
  }
}
