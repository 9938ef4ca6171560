package dev.muster.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The instances that a client keeps registered. Thread-safe. */
final class Heartbeats {
  private static final Logger LOG = System.getLogger(Heartbeats.class.getName());

  private final Muster.Parts parts;
  private final Map<String, Heartbeat> byName = new HashMap<>();
  private boolean closed;

  Heartbeats(Muster.Parts parts) {
    this.parts = parts;
  }

  Registration register(String service, Instance instance) {
    String name = service + "/" + instance.id();
    Heartbeat heartbeat =
        new Heartbeat(
            parts.namespace(),
            service,
            instance,
            parts.calls(),
            parts.timer(),
            parts.random(),
            parts.closeTimeoutMillis(),
            () -> forget(name));
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("this client is closed");
      }
      if (byName.size() >= Limits.REGISTRATIONS_MAX) {
        throw new MusterException(
            MusterException.LIMIT_EXCEEDED,
            "one client keeps at most " + Limits.REGISTRATIONS_MAX + " instances registered");
      }
      if (byName.putIfAbsent(name, heartbeat) != null) {
        throw new IllegalStateException(
            "this client has registered " + name + " already: close that registration first");
      }
    }
    CompletableFuture<Registration.State> first = new CompletableFuture<>();
    Timer.Task timeout =
        parts
            .timer()
            .after(
                parts.operationTimeoutMillis(), () -> first.complete(Registration.State.PENDING));
    var unused =
        heartbeat
            .first()
            .whenComplete(
                (state, failure) -> {
                  if (failure == null) {
                    first.complete(state);
                  } else {
                    first.completeExceptionally(failure);
                  }
                });
    heartbeat.begin();
    try {
      if (Futures.join(first) == Registration.State.PENDING) {
        LOG.log(Level.WARNING, heartbeat + " could not be registered yet; it is tried further");
      }
    } catch (MusterException refused) {
      var unusedClosing = heartbeat.closeLater();
      throw refused;
    } finally {
      timeout.cancel();
    }
    return heartbeat;
  }

  private synchronized void forget(String name) {
    byName.remove(name);
  }

  void close() {
    List<Heartbeat> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(byName.values());
    }
    CompletableFuture<?>[] closing =
        all.stream().map(Heartbeat::closeLater).toArray(CompletableFuture<?>[]::new);
    CompletableFuture<Void> done = CompletableFuture.allOf(closing).thenApply(all_ -> null);
    Timer.Task timeout = parts.timer().after(parts.closeTimeoutMillis(), () -> done.complete(null));
    try {
      Futures.join(done);
    } catch (MusterException interrupted) {
      LOG.log(Level.WARNING, "Closing was interrupted; leases run out by themselves");
    } finally {
      timeout.cancel();
    }
  }
}
