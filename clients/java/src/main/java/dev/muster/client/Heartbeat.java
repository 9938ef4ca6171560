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

  private static final int CREATED = 201;

  private final String service;
  private final Instance instance;
  private final String path;
  private final Calls calls;
  private final Timer timer;
  private final RandomGenerator random;
  private final long closeTimeoutMillis;
  private final Runnable onClose;
  private final Reports reports = new Reports();
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

  /** Whether what comes next is an ordinary beat, which may be brought forward. */
  private boolean resting;

  private CompletableFuture<Answer> underWay = CompletableFuture.failedFuture(new Throwable());
  private Timer.@Nullable Task next;

  /** Of the beat that comes next: one that could not be cancelled any more has another number. */
  private long scheduled;

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

  @Override
  public synchronized void report(Health health, String output) {
    reports.say(health, output);
    if (resting && reports.isDue() && next != null) {
      next.cancel();
      schedule(0);
    }
  }

  /**
   * Completes once it is registered for the first time; fails if the servers refuse that, and then
   * nothing more is tried.
   */
  CompletableFuture<State> first() {
    return first;
  }

  /** Begins. */
  synchronized void begin() {
    beat(scheduled);
  }

  /** One sign of life; its answer leads to the next: there is one chain of them, never two. */
  private synchronized void beat(long number) {
    if (number != scheduled || closing != null || state == State.REPLACED) {
      return;
    }
    scheduled++;
    boolean renewal = listed;
    resting = false;
    Health saying = reports.health();
    try {
      Call call = renewal ? renewal() : json(path, InstanceJson.encode(instance));
      // With what is done about the answer: a deregistration waits for that, too.
      underWay =
          calls
              .round(call, Math.max(Limits.LEASE_TRY_MILLIS_MIN, leaseMillis / 3))
              .whenComplete((answer, failure) -> heard(renewal ? saying : null, answer, failure));
    } catch (RuntimeException e) {
      again(Futures.asMuster(e));
    }
  }

  private Call renewal() {
    byte[] body = reports.body();
    return body == null ? Call.lease("PUT", path + "/lease", null) : json(path + "/lease", body);
  }

  private static Call json(String path, byte[] body) {
    return Call.lease("PUT", path, body).withHeader("Content-Type", "application/json");
  }

  /**
   * Whatever happens to an answer, there is another beat: nobody else would give it.
   *
   * @param renewed what was said with a renewal; absent for a registration
   */
  private synchronized void heard(
      @Nullable Health renewed, @Nullable Answer answer, @Nullable Throwable failure) {
    try {
      if (answer == null) {
        again(Futures.asMuster(failure == null ? new IllegalStateException() : failure));
      } else {
        heard(renewed, answer);
      }
    } catch (Throwable e) {
      again(Futures.asMuster(e));
    }
  }

  private void heard(@Nullable Health renewed, Answer answer) {
    if (answer.isDone()) {
      alive(renewed, answer);
    } else if (renewed != null && answer.code().equals("unknown-instance")) {
      LOG.log(Level.INFO, this + " is not known any more and registers again");
      listed = false;
      state = State.PENDING;
      schedule(0);
    } else {
      refused(answer.exception(Outcome.NOT_DONE));
    }
  }

  private void alive(@Nullable Health renewed, Answer answer) {
    String holder = sessionIn(answer);
    boolean ours = holder.equals(session);
    // An older answer is one of a server that has not heard of our registration yet.
    if (renewed != null && answer.etag() > modified && !ours) {
      LOG.log(
          Level.WARNING,
          this
              + " was registered by another process, too, at revision "
              + answer.etag()
              + ": give each process an id of its own. This one keeps quiet from now on");
      state = State.REPLACED;
      return;
    }
    if (renewed == null) {
      modified = answer.etag();
      session = holder;
      reports.registered(answer.status() == CREATED);
    } else if (ours) {
      modified = Math.max(modified, answer.etag()); // somebody may have changed its weight, say
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
    if (renewed != null) {
      reports.heard(renewed, isHeldBack(answer));
    }
    double share = 1 - Limits.HEARTBEAT_JITTER * random.nextDouble();
    resting = !reports.isDue();
    schedule(resting ? (long) (leaseMillis / 3.0 * share) : 0);
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

  /** Whether the servers do not believe yet that it is well, as it came and went too often. */
  private static boolean isHeldBack(Answer answer) {
    try {
      return Json.object(answer.body()).containsKey("heldBackSeconds");
    } catch (Json.MalformedException e) {
      return false;
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
    // A proxy may ask for more patience than the lease has.
    schedule(backoff.nextMillis(Math.min(failure.retryAfterMillis(), leaseMillis / 6)));
  }

  private void schedule(long delayMillis) {
    if (closing == null) {
      long number = ++scheduled;
      next = timer.after(delayMillis, () -> beat(number));
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
              var unusedToo = deregister().whenComplete((done, notDone) -> closed.complete(null));
            });
    return closed;
  }

  private CompletableFuture<?> deregister() {
    long ours;
    synchronized (this) {
      boolean isListed = listed && state != State.REPLACED;
      state = State.CLOSED;
      first.completeExceptionally(
          new MusterException(MusterException.CLOSED, this + " was closed before it was listed"));
      if (!isListed) {
        return CompletableFuture.completedFuture(null);
      }
      ours = modified;
    }
    return delete(ours)
        .thenCompose(
            answer ->
                answer.code().equals(MusterException.REVISION_CONFLICT)
                    ? deleteIfStillOurs()
                    : CompletableFuture.completedFuture(answer))
        .whenComplete(this::deregistered);
  }

  /** Only the revision that is ours: another process may have taken the id over meanwhile. */
  private CompletableFuture<Answer> delete(long revision) {
    Call call = Call.lease("DELETE", path, null).withHeader("If-Match", "\"" + revision + "\"");
    return calls.call(call, closeTimeoutMillis);
  }

  /** Somebody has changed it since the last beat. */
  private CompletableFuture<Answer> deleteIfStillOurs() {
    return calls
        .call(Call.getFresh(path), closeTimeoutMillis)
        .thenCompose(
            answer ->
                answer.status() == 200 && sessionIn(answer).equals(session)
                    ? delete(answer.etag())
                    : CompletableFuture.completedFuture(answer));
  }

  private void deregistered(@Nullable Answer answer, @Nullable Throwable failure) {
    if (answer == null) {
      LOG.log(
          Level.WARNING,
          this
              + " may be listed until its lease runs out: "
              + Futures.asMuster(failure == null ? new IllegalStateException() : failure)
                  .getMessage());
    } else if (!answer.isDone() && answer.status() != 404) {
      LOG.log(
          Level.WARNING,
          this + " is not deregistered: " + answer.exception(Outcome.NOT_DONE).getMessage());
    }
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
