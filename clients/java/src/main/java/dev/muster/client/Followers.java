package dev.muster.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** All that a client reads and follows; those who follow the same share one poll. Thread-safe. */
final class Followers {
  private final Muster.Parts parts;
  private final Map<String, Follower> byPath = new HashMap<>();
  private boolean closed;

  Followers(Muster.Parts parts) {
    this.parts = parts;
  }

  /** Reads once; the best that is known if no server answers. */
  View read(Resource resource) {
    DiskCache cache = parts.cache();
    long cachedAsOf = cache == null ? 0 : cache.asOf(resource.path());
    parts.calls().saw(cachedAsOf);
    Follower follower;
    synchronized (this) {
      follower = byPath.get(resource.path());
    }
    View followed = follower == null ? null : follower.view();
    try {
      Call call = Call.get(resource.path());
      boolean isAnythingKnown = followed != null || cachedAsOf > 0;
      Snapshot snapshot =
          Futures.join(
              (isAnythingKnown
                      ? parts.calls().round(call)
                      : parts.calls().call(call, parts.operationTimeoutMillis()))
                  .thenCompose(answer -> snapshot(resource, answer)));
      if (cache != null) {
        cache.write(resource.path(), snapshot);
      }
      return new View(snapshot, false);
    } catch (MusterException failure) {
      if (!isOutage(failure)) {
        throw failure;
      }
      Snapshot known = newest(followed, cache == null ? null : cache.read(resource.path()));
      if (known == null) {
        throw failure;
      }
      return new View(known, true);
    }
  }

  private static @Nullable Snapshot newest(@Nullable View followed, @Nullable Snapshot cached) {
    if (followed == null) {
      return cached;
    }
    Snapshot held = followed.snapshot();
    return cached == null || held.asOf() >= cached.asOf() ? held : cached;
  }

  /** Whether no server was able to answer, rather than one refused to. */
  private static boolean isOutage(MusterException failure) {
    return !failure.code().equals(MusterException.INTERRUPTED)
        && (failure.status() == 0
            || failure.status() >= 500
            || failure.status() == 429
            || failure.code().equals(MusterException.INVALID_ANSWER));
  }

  /** Reads what was acknowledged to anybody; never the cache. */
  Snapshot readFresh(Resource resource) {
    return Futures.join(
        parts
            .calls()
            .call(
                Call.get(resource.path() + "?consistency=linearizable"),
                parts.operationTimeoutMillis())
            .thenCompose(answer -> snapshot(resource, answer)));
  }

  private static CompletableFuture<Snapshot> snapshot(Resource resource, Answer answer) {
    if (answer.status() == 200) {
      return resource.reader().read(answer);
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
    Mailbox<View> mailbox = new Mailbox<>(parts.listeners(), receiver);
    Follower follower;
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
      follower = known != null ? known : newFollower(resource);
      byPath.put(resource.path(), follower);
      follower.add(mailbox);
    }
    if (isNew) {
      follower.start();
    }
    return new Followed(follower, () -> leave(resource.path(), follower, mailbox));
  }

  private Follower newFollower(Resource resource) {
    return new Follower(
        resource,
        parts.calls(),
        parts.cache(),
        parts.timer(),
        parts.random(),
        parts.pollWaitSeconds());
  }

  private void leave(String path, Follower follower, Mailbox<View> mailbox) {
    mailbox.close();
    synchronized (this) {
      if (!follower.remove(mailbox) || !byPath.remove(path, follower)) {
        return;
      }
    }
    follower.close();
  }

  ServiceWatch watch(String service, ServiceListener listener) {
    Resource resource = Resource.instances(parts.namespace(), service, parts.calls());
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
    all.forEach(Follower::close);
  }
}
