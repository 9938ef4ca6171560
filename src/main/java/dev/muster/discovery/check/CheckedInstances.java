package dev.muster.discovery.check;

import dev.muster.core.Event;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InvalidInstanceException;
import dev.muster.ledger.Ledger;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All instances that have checks, kept up to date by following the changes of the registrations.
 * The whole tree is read once at the beginning, and again if this node was so far behind that
 * changes are forgotten. Of one thread.
 */
final class CheckedInstances implements AutoCloseable {
  private static final int INSTANCE_DEPTH = 4;
  private static final long RETRY_MILLIS = 1_000;
  private static final Logger LOG = Logger.getLogger(CheckedInstances.class);

  private final Ledger ledger;
  private final Consumer<Runnable> thread;
  private final Consumer<CheckedInstance> dropped;
  private final Consumer<CheckedInstance> added;
  private final Map<InstanceKey, CheckedInstance> byKey = new HashMap<>();

  private @Nullable CompletableFuture<Changes> watch;
  private long revision;
  private boolean read;
  private long notBeforeMillis;

  /**
   * @param thread has a task done on the thread that this is of
   * @param dropped is told of each that is gone or has changed
   * @param added is told of each that is new or has changed
   */
  CheckedInstances(
      Ledger ledger,
      Consumer<Runnable> thread,
      Consumer<CheckedInstance> dropped,
      Consumer<CheckedInstance> added) {
    this.ledger = ledger;
    this.thread = thread;
    this.dropped = dropped;
    this.added = added;
  }

  Collection<CheckedInstance> all() {
    return byKey.values();
  }

  /** Sees to it that the changes are followed. */
  void follow(long nowMillis) {
    if (watch != null || nowMillis < notBeforeMillis) {
      return;
    }
    if (!read) {
      readAll(ledger.local());
      read = true;
    }
    notBeforeMillis = nowMillis + RETRY_MILLIS; // unless it is answered
    watch = ledger.changes(Scope.SUBTREE, InstanceKey.SERVICES, revision);
    var unused = watch.whenComplete((changes, failed) -> thread.accept(() -> answered(changes)));
  }

  private void answered(@Nullable Changes changes) {
    watch = null;
    if (changes instanceof Changes.Batch batch) {
      for (Event event : batch.events()) {
        apply(event);
      }
      revision = batch.upTo();
      notBeforeMillis = Long.MIN_VALUE;
    } else if (changes instanceof Changes.Compacted) {
      read = false;
      notBeforeMillis = Long.MIN_VALUE;
    }
  }

  private void apply(Event event) {
    Path path = event.path();
    if (path.depth() == INSTANCE_DEPTH && InstanceKey.isId(path.segment(INSTANCE_DEPTH - 1))) {
      InstanceKey key =
          new InstanceKey(path.segment(1), path.segment(2), path.segment(INSTANCE_DEPTH - 1));
      set(key, event.type() == Event.Type.DELETED ? null : event.node());
    }
  }

  private void readAll(State state) {
    revision = state.revision();
    Set<InstanceKey> gone = new HashSet<>(byKey.keySet());
    Node services = state.tree().find(InstanceKey.SERVICES);
    if (services != null) {
      services
          .children()
          .forEach(
              (namespace, inside) ->
                  inside
                      .children()
                      .forEach(
                          (service, node) ->
                              InstanceKey.instances(node)
                                  .forEach(
                                      (id, instance) -> {
                                        InstanceKey key = new InstanceKey(namespace, service, id);
                                        set(key, instance);
                                        gone.remove(key);
                                      })));
    }
    gone.forEach(key -> set(key, null));
  }

  /** An instance is so now; absent where it is gone. */
  private void set(InstanceKey key, @Nullable Node node) {
    CheckedInstance before = byKey.get(key);
    if (before != null
        && node != null
        && before.createdRevision() == node.stat().createdRevision()
        && before.stored().equals(node.data())) {
      return; // its health has changed, or nothing
    }
    CheckedInstance after = node == null ? null : read(key, node);
    if (before != null) {
      byKey.remove(key);
      dropped.accept(before);
    }
    if (after != null) {
      byKey.put(key, after);
      added.accept(after);
    }
  }

  private static @Nullable CheckedInstance read(InstanceKey key, Node node) {
    if (!StoredChecks.mayHave(node.data())) {
      return null;
    }
    try {
      return CheckedInstance.of(key, node.stat().createdRevision(), node.data());
    } catch (InvalidInstanceException | UncheckedIOException unknown) {
      LOG.warnf("the checks of %s are of another version, and do not run: %s", key, unknown);
      return null;
    }
  }

  @Override
  public void close() {
    CompletableFuture<Changes> open = watch;
    if (open != null) {
      open.cancel(false);
    }
  }
}
