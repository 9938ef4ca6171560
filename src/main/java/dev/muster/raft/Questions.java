package dev.muster.raft;

import dev.muster.ledger.Peers;
import dev.muster.ledger.Peers.Topic;
import dev.muster.ledger.UnansweredException;
import dev.muster.ledger.UnansweredException.Reason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/**
 * Questions to other nodes and their answers, matched by a number. A question is {@code version,
 * number, topic, content} and an answer {@code version, number, status, content}: one byte, eight,
 * one, the rest. The number stands there in every version, so that any node can say that it does
 * not understand.
 */
final class Questions {
  static final byte VERSION = 1;
  private static final int HEAD_BYTES = 1 + Long.BYTES + 1;
  private static final Logger LOG = Logger.getLogger(Questions.class);

  /** The numbers are for ever. */
  private enum Status {
    ANSWERED(0),
    NOT_UNDERSTOOD(1),
    BUSY(2),
    TOO_LARGE(3),
    FAILED(4);

    private final int number;

    Status(int number) {
      this.number = number;
    }
  }

  private record Asked(Address to, String node, CompletableFuture<byte[]> answer) {}

  /** How a message goes to another node: kind and content. */
  @FunctionalInterface
  interface Outlet {
    boolean send(Address receiver, int kind, byte[] content);
  }

  private final Outlet outlet;
  private final Executor executor;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Asked> asked = new ConcurrentHashMap<>();
  private final AtomicInteger asking = new AtomicInteger();
  private final AtomicInteger answering = new AtomicInteger();
  private final Map<Integer, Function<byte[], CompletableFuture<byte[]>>> handlers =
      new ConcurrentHashMap<>();

  /**
   * @param executor runs what depends on answers
   */
  Questions(Outlet outlet, Executor executor) {
    this.outlet = outlet;
    this.executor = executor;
  }

  void on(Topic topic, Function<byte[], CompletableFuture<byte[]>> handler) {
    handlers.put(topic.number(), handler);
  }

  // ---- asking

  /**
   * Asks.
   *
   * @param to where the node is; null if this one is not in touch with it
   */
  CompletableFuture<byte[]> ask(
      String node, @Nullable Address to, Topic topic, byte[] question, Duration timeout) {
    if (question.length > Peers.QUESTION_BYTES_MAX) {
      return unanswered(node, Reason.TOO_LARGE);
    }
    if (to == null) {
      return unanswered(node, Reason.NOT_THERE);
    }
    if (asking.incrementAndGet() > Peers.QUESTIONS_MAX) {
      asking.decrementAndGet();
      return unanswered(node, Reason.BUSY);
    }
    long number = numbers.incrementAndGet();
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    asked.put(number, new Asked(to, node, answer));
    long millis = Math.max(1, Math.min(timeout.toMillis(), Peers.QUESTION_TIMEOUT_MAX.toMillis()));
    CompletableFuture<byte[]> ended =
        answer
            .orTimeout(millis, TimeUnit.MILLISECONDS)
            .handleAsync(
                (content, failure) -> {
                  asked.remove(number);
                  asking.decrementAndGet();
                  if (failure == null) {
                    return content;
                  }
                  throw failure instanceof UnansweredException known
                      ? known
                      : new UnansweredException(node, Reason.TIMEOUT);
                },
                executor);
    byte[] framed = frame(number, topic.number(), question);
    if (!outlet.send(to, ChannelPeers.QUESTION, framed)) {
      answer.completeExceptionally(new UnansweredException(node, Reason.NOT_THERE));
    }
    return ended;
  }

  /** Nobody else than these is there now: what others were asked stays without an answer. */
  void present(Set<Address> members) {
    asked
        .values()
        .forEach(
            each -> {
              if (!members.contains(each.to)) {
                each.answer.completeExceptionally(
                    new UnansweredException(each.node, Reason.NOT_THERE));
              }
            });
  }

  void answered(Address sender, byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message);
    byte version = buffer.get();
    Asked question = asked.get(buffer.getLong());
    int status = buffer.get();
    if (question == null || !question.to.equals(sender)) {
      return; // too late
    }
    if (version == VERSION && status == Status.ANSWERED.number) {
      byte[] content = new byte[buffer.remaining()];
      buffer.get(content);
      question.answer.complete(content);
      return;
    }
    question.answer.completeExceptionally(
        new UnansweredException(
            question.node, version == VERSION ? reason(status) : Reason.NOT_UNDERSTOOD));
  }

  private static Reason reason(int status) {
    return switch (status) {
      case 1 -> Reason.NOT_UNDERSTOOD;
      case 2 -> Reason.BUSY;
      case 3 -> Reason.TOO_LARGE;
      default -> Reason.FAILED;
    };
  }

  private static CompletableFuture<byte[]> unanswered(String node, Reason reason) {
    return CompletableFuture.failedFuture(new UnansweredException(node, reason));
  }

  // ---- answering

  void asked(Address sender, byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message);
    byte version = buffer.get();
    long number = buffer.getLong();
    Function<byte[], CompletableFuture<byte[]>> handler =
        version == VERSION ? handlers.get((int) buffer.get()) : null;
    if (handler == null) {
      reply(sender, number, Status.NOT_UNDERSTOOD, new byte[0]);
      return;
    }
    if (answering.incrementAndGet() > Peers.QUESTIONS_MAX) {
      answering.decrementAndGet();
      reply(sender, number, Status.BUSY, new byte[0]);
      return;
    }
    byte[] question = new byte[buffer.remaining()];
    buffer.get(question);
    CompletableFuture<byte[]> answer;
    try {
      answer = handler.apply(question);
    } catch (RuntimeException failed) {
      answer = CompletableFuture.failedFuture(failed);
    }
    // A copy, so that one who never answers is counted no longer than its asker waits.
    var unused =
        answer
            .copy()
            .orTimeout(Peers.QUESTION_TIMEOUT_MAX.toMillis(), TimeUnit.MILLISECONDS)
            .whenCompleteAsync(
                (content, failure) -> {
                  answering.decrementAndGet();
                  reply(sender, number, content, failure);
                },
                executor);
  }

  private void reply(
      Address asker, long number, byte @Nullable [] content, @Nullable Throwable failure) {
    if (content == null) {
      LOG.warnf("could not answer a question of %s: %s", asker, failure);
      reply(asker, number, Status.FAILED, new byte[0]);
    } else if (content.length > Peers.ANSWER_BYTES_MAX) {
      LOG.warnf("an answer of %d bytes to %s is too large", content.length, asker);
      reply(asker, number, Status.TOO_LARGE, new byte[0]);
    } else {
      reply(asker, number, Status.ANSWERED, content);
    }
  }

  private void reply(Address asker, long number, Status status, byte[] content) {
    if (!outlet.send(asker, ChannelPeers.ANSWER, frame(number, status.number, content))) {
      LOG.debugf("could not answer %s", asker);
    }
  }

  private static byte[] frame(long number, int third, byte[] content) {
    return ByteBuffer.allocate(HEAD_BYTES + content.length)
        .put(VERSION)
        .putLong(number)
        .put((byte) third)
        .put(content)
        .array();
  }
}
