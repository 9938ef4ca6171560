package dev.muster.duty;

import dev.muster.core.Session;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.Peers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Carries heartbeats to the leader: whatever this node heard within a fifth of a second goes in one
 * message, or in a few if these are very many sessions. What was heard while nobody leads is kept
 * for the one who will.
 */
public final class HeartbeatRelay implements Heartbeats, AutoCloseable {
  static final long FLUSH_MILLIS = 200;
  static final int IDS_PER_MESSAGE_MAX = 4_096;
  private static final Logger LOG = Logger.getLogger(HeartbeatRelay.class);

  private final Ledger ledger;
  private final Peers peers;
  private final SessionExpiry expiry;
  private final Set<Long> heard = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread created = new Thread(task, "muster-heartbeats");
            created.setDaemon(true);
            return created;
          });

  public HeartbeatRelay(Ledger ledger, Peers peers, SessionExpiry expiry) {
    this.ledger = ledger;
    this.peers = peers;
    this.expiry = expiry;
  }

  public void start() {
    listen();
    var unused =
        thread.scheduleWithFixedDelay(
            this::flush, FLUSH_MILLIS, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
  }

  void listen() {
    peers.onMessage(Peers.Topic.HEARTBEATS, this::received);
  }

  @Override
  public void heard(long session) {
    // One that nobody opened, or that is over, must not be kept.
    if (ledger.local().sessions().containsKey(session)) {
      heard.add(session);
    }
  }

  @Override
  public OptionalLong millisLeft(long session) {
    Session known = ledger.local().sessions().get(session);
    return known == null ? OptionalLong.empty() : expiry.millisLeft(known);
  }

  private void received(byte[] message) {
    ByteBuffer ids = ByteBuffer.wrap(message);
    while (ids.remaining() >= Long.BYTES) {
      expiry.heard(ids.getLong());
    }
  }

  /** What is heard meanwhile waits for the next time, or one flush might never end. */
  void flush() {
    try {
      heard.retainAll(ledger.local().sessions().keySet());
      List<Long> ids = new ArrayList<>(heard);
      for (int from = 0; from < ids.size(); from += IDS_PER_MESSAGE_MAX) {
        List<Long> some = ids.subList(from, Math.min(ids.size(), from + IDS_PER_MESSAGE_MAX));
        // First, so that a sign of life that comes while this is sent is carried again.
        some.forEach(heard::remove);
        ByteBuffer message = ByteBuffer.allocate(some.size() * Long.BYTES);
        some.forEach(message::putLong);
        if (!peers.toLeader(Peers.Topic.HEARTBEATS, message.array())) {
          heard.addAll(some);
          return;
        }
      }
    } catch (Throwable unexpected) { // an Error too: what is scheduled would not run again
      LOG.error("could not carry heartbeats to the leader; trying again", unexpected);
    }
  }

  /** How many sessions were heard of and not told to the leader yet. */
  int waiting() {
    return heard.size();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
