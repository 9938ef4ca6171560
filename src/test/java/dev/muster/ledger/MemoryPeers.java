package dev.muster.ledger;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Nodes that ask each other within one process, on the asker's thread. Messages are a matter of who
 * extends this; here they go nowhere.
 */
public class MemoryPeers implements Peers {
  private final String self;
  private final Map<String, MemoryPeers> network;
  private final Set<String> hanging = ConcurrentHashMap.newKeySet();
  private final Map<Topic, Function<byte[], CompletableFuture<byte[]>>> handlers =
      new ConcurrentHashMap<>();

  /** A node alone. */
  public MemoryPeers(String self) {
    this(self, new ConcurrentHashMap<>());
  }

  /** One of several. */
  public MemoryPeers(String self, Map<String, MemoryPeers> network) {
    this.self = self;
    this.network = network;
    network.put(self, this);
  }

  /** Another node of the same network. */
  public MemoryPeers join(String name) {
    return new MemoryPeers(name, network);
  }

  /** It is gone, and nobody is in touch with it any more. */
  public void leave() {
    network.remove(self);
  }

  /** It is there and answers nothing, or does again. */
  public void hang(boolean on) {
    for (MemoryPeers each : network.values()) {
      if (on) {
        each.hanging.add(self);
      } else {
        each.hanging.remove(self);
      }
    }
  }

  @Override
  public boolean toLeader(Topic topic, byte[] message) {
    return false;
  }

  @Override
  public void onMessage(Topic topic, Consumer<byte[]> handler) {}

  @Override
  public String self() {
    return self;
  }

  @Override
  public SortedSet<String> up() {
    return new TreeSet<>(network.keySet());
  }

  @Override
  public CompletableFuture<byte[]> ask(
      String node, Topic topic, byte[] question, Duration timeout) {
    MemoryPeers asked = network.get(node);
    if (asked == null) {
      return unanswered(node, UnansweredException.Reason.NOT_THERE);
    }
    Function<byte[], CompletableFuture<byte[]>> handler = asked.handlers.get(topic);
    if (handler == null) {
      return unanswered(node, UnansweredException.Reason.NOT_UNDERSTOOD);
    }
    CompletableFuture<byte[]> answer =
        hanging.contains(node) ? new CompletableFuture<>() : handler.apply(question);
    return answer
        .copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            failed -> {
              throw new UnansweredException(node, UnansweredException.Reason.TIMEOUT);
            });
  }

  private static CompletableFuture<byte[]> unanswered(
      String node, UnansweredException.Reason reason) {
    return CompletableFuture.failedFuture(new UnansweredException(node, reason));
  }

  @Override
  public void onQuestion(Topic topic, Function<byte[], CompletableFuture<byte[]>> handler) {
    handlers.put(topic, handler);
  }
}
