package dev.muster.client;

import dev.muster.client.MusterException.Outcome;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks the servers until one gives an answer that is final. Remembers the newest revision that any
 * of them told, and reads nothing older from any other. Thread-safe.
 */
final class Calls {
  private final Http http;
  private final Servers servers;
  private final Timer timer;
  private final RandomGenerator random;
  private final long requestTimeoutMillis;
  private final AtomicLong newestRevision = new AtomicLong();

  private final Set<Open> allOpen = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  Calls(
      Http http, Servers servers, Timer timer, RandomGenerator random, long requestTimeoutMillis) {
    this.http = http;
    this.servers = servers;
    this.timer = timer;
    this.random = random;
    this.requestTimeoutMillis = requestTimeoutMillis;
  }

  /** Nothing older than this revision is to be read any more. */
  void saw(long revision) {
    newestRevision.accumulateAndGet(revision, Math::max);
  }

  /**
   * Asks each server that may be asked, one after the other, until one answers: with a success, or
   * a refusal that no other server would answer differently.
   *
   * <p>Fails with a {@link MusterException} once all have failed; of a write that is not repeatable
   * as soon as one may have done it.
   */
  CompletableFuture<Answer> round(Call call) {
    return round(call, Long.MAX_VALUE);
  }

  /** The same; fails at the latest when the time is up. */
  CompletableFuture<Answer> round(Call call, long timeoutMillis) {
    Round round = new Round(call, timer.nowMillis(), timeoutMillis);
    round.next();
    return round.result;
  }

  /** Rounds with pauses between, until the time is up. */
  CompletableFuture<Answer> call(Call call, long timeoutMillis) {
    Retries retries = new Retries(call, timer.nowMillis(), timeoutMillis);
    retries.next();
    return retries.result;
  }

  /** All that is under way, and all that is called from now on, fails as closed. */
  void close() {
    closed = true;
    allOpen.forEach(Open::close);
  }

  /** A call whose result somebody may wait for. */
  private static final class Open {
    final CompletableFuture<Answer> result = new CompletableFuture<>();
    private final Call call;

    Open(Call call) {
      this.call = call;
    }

    void close() {
      result.completeExceptionally(
          new MusterException(
              MusterException.CLOSED,
              0,
              call.method() + " " + call.path() + ": the client was closed meanwhile",
              call.isRead() ? Outcome.NOT_DONE : Outcome.UNKNOWN,
              -1,
              0,
              null));
    }
  }

  private CompletableFuture<Answer> opened(Call call) {
    Open open = new Open(call);
    allOpen.add(open);
    var unused = open.result.whenComplete((answer, failure) -> allOpen.remove(open));
    if (closed) { // read after it was added: either sees the other
      open.close();
    }
    return open.result;
  }

  private final class Round {
    final CompletableFuture<Answer> result;
    private final Call call;
    private final long begunMillis;
    private final long timeoutMillis;
    private final List<URI> order;
    private int asked;
    private @Nullable MusterException last;
    private boolean maybeDone;

    /**
     * A connection that was kept may have ended by itself, which says nothing about the server.
     * Java's client asks once more then, but only by GET.
     */
    private boolean askedAgain;

    Round(Call call, long begunMillis, long timeoutMillis) {
      this.result = opened(call);
      this.order = servers.order(call.kind());
      this.call = call;
      this.begunMillis = begunMillis;
      this.timeoutMillis = timeoutMillis;
    }

    void next() {
      if (result.isDone()) {
        return;
      }
      long left = timeoutMillis - (timer.nowMillis() - begunMillis);
      if (asked == order.size() || left <= 0) {
        result.completeExceptionally(failed());
        return;
      }
      long timeout = Math.min(requestTimeoutMillis + call.waitSeconds() * 1_000L, left);
      if (call.kind() == Call.Kind.LEASE) {
        // One server that hangs must not take the time in which the others could be told.
        long share = Math.max(left / (order.size() - asked), Limits.LEASE_TRY_MILLIS_MIN);
        timeout = Math.min(timeout, share);
      }
      URI server = order.get(asked++);
      CompletableFuture<Answer> answer = http.send(server, call, newestRevision.get(), timeout);
      var unused = answer.whenComplete((found, failure) -> heard(server, found, failure));
      var unusedAfter =
          result.whenComplete(
              (ignored, failure) -> {
                if (failure != null) {
                  answer.cancel(true);
                }
              });
    }

    private void heard(URI server, @Nullable Answer answer, @Nullable Throwable failure) {
      if (result.isDone()) {
        return;
      }
      try {
        decide(server, answer, failure);
      } catch (Throwable e) { // nobody else would be told of it, and somebody waits
        result.completeExceptionally(e);
      }
    }

    private void decide(URI server, @Nullable Answer answer, @Nullable Throwable failure) {
      if (answer == null && !askedAgain && call.isReadByPost() && Http.isBroken(failure)) {
        askedAgain = true;
        asked--;
        next();
        return;
      }
      if (answer == null) {
        maybeDone |= !call.isRead() && !Http.isUnsent(failure);
        last =
            new MusterException(
                MusterException.UNAVAILABLE,
                0,
                call.method() + " " + call.path() + ": no answer of " + server + ": " + failure,
                outcome(),
                -1,
                0,
                failure);
      } else if (isFinal(answer)) {
        servers.answered(server);
        saw(answer.revision());
        result.complete(maybeDone ? answer.asRepeated() : answer);
        return;
      } else {
        maybeDone |= !call.isRead() && mayHaveDone(answer);
        servers.notBefore(server, call.kind(), answer.retryAfterMillis());
        last = answer.exception(outcome());
      }
      if (maybeDone && !call.repeatable()) {
        result.completeExceptionally(last);
      } else {
        next();
      }
    }

    private Outcome outcome() {
      return maybeDone ? Outcome.UNKNOWN : Outcome.NOT_DONE;
    }

    private MusterException failed() {
      MusterException failure = last;
      return new MusterException(
          failure == null ? MusterException.UNAVAILABLE : failure.code(),
          failure == null ? 0 : failure.status(),
          failure != null
              ? failure.detail()
              : order.isEmpty()
                  ? "all of " + servers + " asked to be left alone"
                  : call.method() + " " + call.path() + ": no time is left for it",
          outcome(),
          failure == null ? -1 : failure.actual().orElse(-1),
          servers.pauseMillis(call.kind()),
          failure);
    }
  }

  /** Whether asking another server, or again, would not be answered differently. */
  private static boolean isFinal(Answer answer) {
    if (answer.isDone()) {
      // What does not tell its revision is no Muster: a proxy's own page, another program.
      return answer.revision() >= 0;
    }
    return switch (answer.status()) {
      case 408, 429, 500, 502, 503, 504 -> false;
      default -> !answer.code().isEmpty() && !answer.code().equals("contention");
    };
  }

  /** Whether an answer that is not final leaves open what became of a write. */
  private static boolean mayHaveDone(Answer answer) {
    return switch (answer.status()) {
      case 408, 409, 429 -> answer.code().isEmpty();
      case 503 ->
          !(answer.code().equals("revision-not-reached")
              || "not-done".equals(answer.problem().get("outcome")));
      default -> true;
    };
  }

  private final class Retries {
    final CompletableFuture<Answer> result;
    private final Call call;
    private final long begunMillis;
    private final long timeoutMillis;
    private final Backoff backoff = new Backoff(random, Limits.BACKOFF_MAX_MILLIS);
    private boolean maybeDone;

    Retries(Call call, long begunMillis, long timeoutMillis) {
      this.result = opened(call);
      this.call = call;
      this.begunMillis = begunMillis;
      this.timeoutMillis = timeoutMillis;
    }

    private long leftMillis() {
      return timeoutMillis - (timer.nowMillis() - begunMillis);
    }

    void next() {
      if (result.isDone()) {
        return;
      }
      CompletableFuture<Answer> round = round(call, leftMillis());
      var unused =
          round.whenComplete(
              (answer, failure) -> {
                if (answer != null) {
                  result.complete(maybeDone ? answer.asRepeated() : answer);
                } else {
                  failed(Futures.asMuster(failure));
                }
              });
      var unusedAfter =
          result.whenComplete(
              (ignored, failure) -> {
                if (failure != null) {
                  round.cancel(true);
                }
              });
    }

    private void failed(MusterException failure) {
      maybeDone |= failure.outcome() == Outcome.UNKNOWN;
      long pause = backoff.nextMillis(failure.retryAfterMillis());
      if ((maybeDone && !call.repeatable()) || pause >= leftMillis()) {
        result.completeExceptionally(
            maybeDone && failure.outcome() != Outcome.UNKNOWN
                ? failure.ofUnknownOutcome("an earlier try may have been done")
                : failure);
        return;
      }
      Timer.Task waiting = timer.after(pause, this::next);
      var unused = result.whenComplete((ignored, cancelled) -> waiting.cancel());
    }
  }
}
