package dev.muster.door.dns;

import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.xbill.DNS.Rcode;

/**
 * Answers queries from this node's local state: at once, or by a worker if that takes long. Until
 * this node has caught up with the cluster after its start it knows less than it did before, and
 * says SERVFAIL, so that resolvers ask another node; from then on it answers what it knows, with a
 * majority or without. From any event loop.
 */
final class Answering {
  private static final Logger LOG = Logger.getLogger("muster");
  private static final long RETRY_MILLIS = 1_000;
  private static final long LOG_NANOS = 60_000_000_000L;

  private final Vertx vertx;
  private final Ledger ledger;
  private final Responder responder;
  private final DnsListener listener;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOG_NANOS);
  private volatile boolean caughtUp;
  private volatile boolean closed;

  Answering(Vertx vertx, Ledger ledger, Responder responder, DnsListener listener) {
    this.vertx = vertx;
    this.ledger = ledger;
    this.responder = responder;
    this.listener = listener;
  }

  /** Asks until a majority has said what there is. */
  void begin() {
    var unused =
        ledger
            .fresh()
            .whenComplete(
                (state, error) -> {
                  if (error == null) {
                    caughtUp = true;
                  } else if (!closed) {
                    vertx.setTimer(RETRY_MILLIS, fired -> begin());
                  }
                });
  }

  void close() {
    closed = true;
  }

  /**
   * Answers what came.
   *
   * @param reply gets the answer, on the event loop that this was called on, or at once; never
   *     called if there is none
   * @return whether there will be an answer
   */
  boolean answer(byte[] bytes, boolean udp, Consumer<byte[]> reply) {
    String transport = udp ? "udp" : "tcp";
    Responder.Query query = responder.read(bytes, udp);
    if (query == null) {
      listener.dropped(transport);
      return false;
    }
    if (query.rcode() == Rcode.NOERROR && !caughtUp) {
      send(query, responder.refuse(query, Rcode.SERVFAIL), transport, reply);
      return true;
    }
    State state = ledger.local();
    boolean isLong;
    try {
      isLong = responder.isLong(query, state);
    } catch (RuntimeException bug) {
      send(query, failed(query, bug), transport, reply);
      return true;
    }
    if (!isLong) {
      send(query, answer(query, state), transport, reply);
      return true;
    }
    if (underWay.incrementAndGet() > DnsLimits.UNDER_WAY_MAX) {
      underWay.decrementAndGet();
      if (udp) {
        listener.dropped(transport);
        return false;
      }
      send(query, responder.refuse(query, Rcode.SERVFAIL), transport, reply);
      return true;
    }
    vertx
        .executeBlocking(() -> answer(query, state), false)
        .onComplete(
            done -> {
              underWay.decrementAndGet();
              send(
                  query,
                  done.succeeded() ? done.result() : responder.refuse(query, Rcode.SERVFAIL),
                  transport,
                  reply);
            });
    return true;
  }

  private Responder.Reply answer(Responder.Query query, State state) {
    try {
      return responder.answer(query, state);
    } catch (RuntimeException bug) {
      return failed(query, bug);
    }
  }

  private Responder.Reply failed(Responder.Query query, RuntimeException bug) {
    long now = System.nanoTime();
    long logged = loggedNanos.get();
    // Whoever can ask must not be able to fill the disk.
    if (now - logged >= LOG_NANOS && loggedNanos.compareAndSet(logged, now)) {
      LOG.error("a DNS query could not be answered", bug);
    }
    return responder.refuse(query, Rcode.SERVFAIL);
  }

  private void send(
      Responder.Query query, Responder.Reply answer, String transport, Consumer<byte[]> reply) {
    listener.answered(transport, query.type(), answer.rcode());
    reply.accept(answer.bytes().array());
  }
}
