package dev.muster.client;

import dev.muster.client.MusterException.Outcome;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one instance registered. Holds no thread; one request is under way at a time, so that a
 * registration never overtakes the deregistration after it. Thread-safe.
 */
final class Heartbeat implements Registration {
  private static final Logger LOG = System.getLogger(Heartbeat.class.getName());

  private final String service;
  private final Instance instance;
  private final String path;
  private final Calls calls;
  private final Timer timer;
  private final RandomGenerator random;
  private final long closeTimeoutMillis;
  private final Runnable onClose;
  private final CompletableFuture<State> first = new CompletableFuture<>();
  private Backoff backoff;
  private State state = State.PENDING;

  /** Whether the servers know the instance, for all that is known: else it is registered. */
  private boolean listed;

  private long modified;
  private String session = "";
  private long leaseMillis;
  private long heardMillis;
  private String warned = "";
  private CompletableFuture<Answer> underWay = CompletableFuture.failedFuture(new Throwable());
  private Timer.@Nullable Task next;
  private @Nullable CompletableFuture<Void> closing;

  Heartbeat(
      String namespace,
      String service,
      Instance instance,
      Calls calls,
      Timer timer,
      RandomGenerator random,
      long closeTimeoutMillis,
      Runnable onClose) {
    this.service = service;
    this.instance = instance;
    this.path = Paths.instance(namespace, service, instance.id());
    this.calls = calls;
    this.timer = timer;
    this.random = random;
    this.closeTimeoutMillis = closeTimeoutMillis;
    this.onClose = onClose;
    this.leaseMillis = instance.ttlSeconds() * 1_000;
    this.backoff = newBackoff();
  }

  private Backoff newBackoff() {
    return new Backoff(random, Math.min(leaseMillis / 3, Limits.BACKOFF_MAX_MILLIS));
  }

  @Override
  public String service() {
    return service;
  }

  @Override
  public Instance instance() {
    return instance;
  }

  @Override
  public synchronized State state() {
    boolean runOut = state == State.REGISTERED && timer.nowMillis() - heardMillis > leaseMillis;
    return runOut ? State.PENDING : state;
  }

  /**
   * Completes once it is registered for the first time; fails if the servers refuse that, and then
   * nothing more is tried.
   */
  CompletableFuture<State> first() {
    return first;
  }

  /** One sign of life; its answer leads to the next. */
  synchronized void beat() {
    if (closing != null || state == State.REPLACED) {
      return;
    }
    boolean renewal = listed;
    Call call =
        renewal
            ? Call.write("PUT", path + "/lease", null, true)
            : Call.write("PUT", path, InstanceJson.encode(instance), true)
                .withHeader("Content-Type", "application/json");
    // With what is done about the answer: a deregistration waits for that, too.
    underWay = calls.round(call).whenComplete((answer, failure) -> heard(renewal, answer, failure));
  }

  private synchronized void heard(
      boolean renewal, @Nullable Answer answer, @Nullable Throwable failure) {
    if (answer == null) {
      again(Futures.asMuster(failure == null ? new IllegalStateException() : failure));
    } else if (answer.isDone()) {
      alive(renewal, answer);
    } else if (renewal && answer.code().equals("unknown-instance")) {
      LOG.log(Level.INFO, this + " is not known any more and registers again");
      listed = false;
      state = State.PENDING;
      schedule(0);
    } else {
      refused(answer.exception(Outcome.NOT_DONE));
    }
  }

  private void alive(boolean renewal, Answer answer) {
    String holder = sessionIn(answer);
    // An older answer is one of a server that has not heard of our registration yet.
    if (renewal && answer.etag() > modified && !holder.equals(session)) {
      LOG.log(
          Level.WARNING,
          this
              + " was registered by another process, too, at revision "
              + answer.etag()
              + ": give each process an id of its own. This one keeps quiet from now on");
      state = State.REPLACED;
      return;
    }
    if (!renewal) {
      modified = answer.etag();
      session = holder;
    }
    if (!warned.isEmpty()) {
      LOG.log(Level.INFO, this + " is registered again");
      warned = "";
    }
    listed = true;
    state = State.REGISTERED;
    heardMillis = timer.nowMillis();
    leaseMillis = leaseMillis(answer);
    backoff = newBackoff();
    first.complete(state);
    double share = 1 - Limits.HEARTBEAT_JITTER * random.nextDouble();
    schedule((long) (leaseMillis / 3.0 * share));
  }

  private long leaseMillis(Answer answer) {
    try {
      String seconds = answer.headers().firstValue("Muster-Lease-Seconds").orElse("");
      return Math.max(1, (long) (Double.parseDouble(seconds) * 1_000));
    } catch (NumberFormatException missing) {
      return leaseMillis;
    }
  }

  private static String sessionIn(Answer answer) {
    try {
      return Json.object(answer.body()).get("session") instanceof String id ? id : "";
    } catch (Json.MalformedException e) {
      return "";
    }
  }

  private void refused(MusterException refusal) {
    if (first.completeExceptionally(refusal)) {
      state = State.CLOSED;
      return;
    }
    listed = false;
    state = State.PENDING;
    again(refusal);
  }

  private void again(MusterException failure) {
    if (closing != null) {
      return;
    }
    if (!failure.code().equals(warned)) {
      warned = failure.code();
      LOG.log(Level.WARNING, this + " cannot be kept for now: " + failure.getMessage());
    }
    schedule(backoff.nextMillis(failure.retryAfterMillis()));
  }

  private void schedule(long delayMillis) {
    if (closing == null) {
      next = timer.after(delayMillis, this::beat);
    }
  }

  /** Deregisters after what is under way; completes in any case. */
  CompletableFuture<Void> closeLater() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    synchronized (this) {
      if (closing != null) {
        return closing;
      }
      closing = closed;
      if (next != null) {
        next.cancel();
      }
    }
    onClose.run();
    CompletableFuture<Answer> last;
    synchronized (this) {
      last = underWay;
    }
    var unused =
        last.whenComplete(
            (answer, failure) -> {
              var unusedToo = deregister().whenComplete((gone, notGone) -> closed.complete(null));
            });
    return closed;
  }

  private synchronized CompletableFuture<Answer> deregister() {
    boolean ours = listed && state != State.REPLACED;
    state = State.CLOSED;
    first.cancel(false);
    if (!ours) {
      return CompletableFuture.failedFuture(new Throwable());
    }
    // With the revision that is ours: another process may have taken the id over meanwhile.
    Call call =
        Call.write("DELETE", path, null, true).withHeader("If-Match", "\"" + modified + "\"");
    return calls.call(call, closeTimeoutMillis);
  }

  @Override
  public void close() {
    CompletableFuture<Void> closed = closeLater();
    Timer.Task timeout = timer.after(closeTimeoutMillis, () -> closed.complete(null));
    try {
      Futures.join(closed);
    } finally {
      timeout.cancel();
    }
  }

  @Override
  public String toString() {
    return "instance " + instance.id() + " of " + service;
  }
}
