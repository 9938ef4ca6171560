package dev.muster.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that a client reads and follows. Those who follow the same share what is known of it; items
 * share polls, and services have one each. Thread-safe.
 */
final class Followers {
  private final Muster.Parts parts;
  private final Map<String, Follower> byPath = new HashMap<>();
  private final Map<Follower, SinglePoll> ofServices = new HashMap<>();
  private final BatchPolls ofItems;
  private final OutageLog outages = new OutageLog();
  private boolean closed;

  Followers(Muster.Parts parts) {
    this.parts = parts;
    this.ofItems =
        new BatchPolls(
            new BatchPoll.Setting(
                parts.namespace(),
                parts.calls(),
                parts.timer(),
                parts.random(),
                parts.io(),
                parts.pollWaitSeconds()));
  }

  /** Reads once; the best that is known if no server answers. */
  View read(Resource resource) {
    DiskCache cache = parts.cache();
    Snapshot cached = cache == null ? null : cache.head(resource.path());
    if (cached != null) {
      parts.calls().saw(cached.asOf());
    }
    boolean isOneRoundEnough =
        resource.isAnswer(cached) || resource.isAnswer(followed(resource.path()));
    Call call = Call.get(resource.path());
    long timeoutMillis = parts.operationTimeoutMillis();
    LongSupplier left = parts.timer().countdown(timeoutMillis);
    try {
      Snapshot snapshot =
          Futures.join(
              (isOneRoundEnough
                      ? parts.calls().round(call, timeoutMillis)
                      : parts.calls().call(call, timeoutMillis))
                  .thenCompose(answer -> snapshot(resource, answer, left)));
      if (cache != null) {
        cache.write(resource.path(), snapshot);
      }
      Follower follower = follower(resource.path());
      if (follower != null) {
        follower.sawElsewhere(snapshot);
      }
      return new View(snapshot, false);
    } catch (MusterException failure) {
      if (!isOutage(failure)) {
        throw failure;
      }
      Snapshot known =
          newest(followed(resource.path()), cache == null ? null : cache.read(resource.path()));
      if (known == null || !resource.isAnswer(known)) {
        throw failure;
      }
      return new View(known, true);
    }
  }

  private synchronized @Nullable Follower follower(String path) {
    return byPath.get(path);
  }

  private @Nullable Snapshot followed(String path) {
    Follower follower = follower(path);
    View view = follower == null ? null : follower.view();
    return view == null ? null : view.snapshot();
  }

  private static @Nullable Snapshot newest(@Nullable Snapshot held, @Nullable Snapshot cached) {
    return held == null || (cached != null && cached.asOf() > held.asOf()) ? cached : held;
  }

  /** Whether no server was able to answer, rather than one refused to. */
  private static boolean isOutage(MusterException failure) {
    return !failure.code().equals(MusterException.INTERRUPTED)
        && !failure.code().equals(MusterException.CLOSED)
        && (failure.status() == 0
            || failure.status() >= 500
            || failure.status() == 429
            || failure.code().equals(MusterException.INVALID_ANSWER));
  }

  /** Reads what was acknowledged to anybody; never the cache. */
  Snapshot readFresh(Resource resource, LongSupplier leftMillis) {
    Snapshot snapshot =
        Futures.join(
            parts
                .calls()
                .call(Call.getFresh(resource.path()), leftMillis.getAsLong())
                .thenCompose(answer -> snapshot(resource, answer, leftMillis)));
    Follower follower = follower(resource.path());
    if (follower != null) {
      follower.sawElsewhere(snapshot);
    }
    return snapshot;
  }

  private static CompletableFuture<Snapshot> snapshot(
      Resource resource, Answer answer, LongSupplier leftMillis) {
    if (answer.status() == 200) {
      return resource.reader().read(answer, leftMillis);
    }
    return resource.isAbsent(answer)
        ? CompletableFuture.completedFuture(Snapshot.absent(answer.revision()))
        : CompletableFuture.failedFuture(answer.exception(MusterException.Outcome.NOT_DONE));
  }

  /** Follows until the subscription is closed. */
  Subscription follow(Resource resource, Mailbox.Receiver<View> receiver) {
    return followShared(resource, receiver).subscription();
  }

  private record Followed(Follower follower, Subscription subscription) {}

  private Followed followShared(Resource resource, Mailbox.Receiver<View> receiver) {
    Follower follower;
    Mailbox<View> mailbox;
    boolean isNew;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("this client is closed");
      }
      Follower known = byPath.get(resource.path());
      isNew = known == null;
      if (isNew && byPath.size() >= Limits.FOLLOWED_MAX) {
        throw new MusterException(
            MusterException.LIMIT_EXCEEDED,
            "one client follows at most " + Limits.FOLLOWED_MAX + " items and services");
      }
      follower =
          known != null
              ? known
              : new Follower(resource, parts.cache(), parts.timer(), parts.io(), outages);
      byPath.put(resource.path(), follower);
      mailbox = new Mailbox<>(parts.listeners(), this::afterAPause, follower::view, receiver);
      follower.add(mailbox);
    }
    if (isNew) {
      start(follower);
    } else {
      mailbox.signal();
    }
    return new Followed(
        follower,
        new Subscription() {
          @Override
          public Optional<MusterException> failure() {
            return follower.failure();
          }

          @Override
          public void close() {
            leave(resource.path(), follower, mailbox);
          }
        });
  }

  /** Not on the timer's thread: an executor may run a listener there and then. */
  private void afterAPause(Runnable task) {
    var unused =
        parts.timer().after(Limits.LISTENER_REFUSED_MILLIS, () -> parts.io().execute(task));
  }

  private void start(Follower follower) {
    parts.calls().saw(follower.start());
    if (follower.resource().isItem()) {
      ofItems.follow(follower);
      return;
    }
    SinglePoll poll =
        new SinglePoll(
            follower,
            parts.calls(),
            parts.timer(),
            parts.random(),
            parts.io(),
            parts.pollWaitSeconds());
    synchronized (this) {
      if (follower.isClosed()) { // meanwhile
        return;
      }
      ofServices.put(follower, poll);
    }
    poll.poll();
  }

  /** It was removed from those that are followed. */
  private void stop(Follower follower) {
    follower.close();
    SinglePoll poll;
    synchronized (this) {
      poll = ofServices.remove(follower);
    }
    if (poll != null) {
      poll.close();
    }
    ofItems.leave(follower);
  }

  private void leave(String path, Follower follower, Mailbox<View> mailbox) {
    mailbox.close();
    synchronized (this) {
      if (!follower.remove(mailbox) || !byPath.remove(path, follower)) {
        return;
      }
    }
    stop(follower);
  }

  ServiceWatch watch(String service, Selection selection, ServiceListener listener) {
    Resource resource = Resource.instances(parts.namespace(), service, selection, parts.calls());
    Followed followed =
        followShared(
            resource,
            (before, latest) -> {
              ServiceInstances instances = ServiceInstances.of(service, latest);
              if (before == null || before.snapshot().modified() != latest.snapshot().modified()) {
                listener.changed(instances);
              } else if (before.stale() != latest.stale()) {
                listener.staleness(instances);
              }
            });
    return new ServiceWatch() {
      private @Nullable View shown;
      private ServiceInstances instances = new ServiceInstances(service, List.of(), 0, true);

      @Override
      public synchronized ServiceInstances instances() {
        View view = followed.follower().view();
        if (view != null && view != shown) {
          instances = ServiceInstances.of(service, view);
          shown = view;
        }
        return instances;
      }

      @Override
      public Optional<MusterException> failure() {
        return followed.subscription().failure();
      }

      @Override
      public void close() {
        followed.subscription().close();
      }
    };
  }

  void close() {
    List<Follower> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(byPath.values());
      byPath.clear();
    }
    ofItems.close();
    all.forEach(this::stop);
  }
}
