package dev.muster.discovery.check;

import dev.muster.core.Node;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InvalidInstanceException;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.Peers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Second opinions of the other nodes, asked for beside the log. A question names a registration and
 * a check of it, and no address: the node that is asked probes what it finds in its own state,
 * under its own policy. So nobody can make it probe anything else.
 */
public final class PeerOpinions implements SecondOpinions {
  private static final int VERSION = 1;
  private static final String NOT_ASKED = "";

  /** On top of the probe's own time: for the way there and back. */
  private static final Duration WAY = Duration.ofSeconds(1);

  private final Peers peers;
  private final Ledger ledger;
  private final Prober prober;

  public PeerOpinions(Peers peers, Ledger ledger, Prober prober) {
    this.peers = peers;
    this.ledger = ledger;
    this.prober = prober;
    peers.onQuestion(Peers.Topic.CHECKS, this::answer);
  }

  // ---- asking

  @Override
  public CompletableFuture<ProbeResult> ask(String node, Question question, Duration within) {
    return peers
        .ask(node, Peers.Topic.CHECKS, encode(question), within.plus(WAY))
        .thenApply(PeerOpinions::decodeResult)
        .exceptionally(
            failure -> new ProbeResult.NotAsked(node + " did not answer: " + failure.getMessage()));
  }

  // ---- being asked

  private CompletableFuture<byte[]> answer(byte[] bytes) {
    Question question = decodeQuestion(bytes);
    Node node = ledger.local().tree().find(question.key().path());
    if (node == null || node.stat().createdRevision() != question.createdRevision()) {
      return notAsked("it is not registered so here");
    }
    CheckedInstance instance;
    Optional<CheckSpec> check;
    try {
      instance = CheckedInstance.of(question.key(), question.createdRevision(), node.data());
      check =
          instance.checks().stream()
              .filter(each -> each.terms().id().equals(question.check()))
              .findFirst();
    } catch (InvalidInstanceException ofAnotherVersion) {
      return notAsked("its checks are of another version");
    }
    return check.isEmpty()
        ? notAsked("it has no such check here")
        : prober.probe(instance.target(check.get()), check.get()).thenApply(PeerOpinions::encode);
  }

  private static CompletableFuture<byte[]> notAsked(String reason) {
    return CompletableFuture.completedFuture(encode(new ProbeResult.NotAsked(reason)));
  }

  // ---- bytes

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] write(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writing.to(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static DataInputStream open(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readUnsignedByte() != VERSION) {
      throw new IllegalArgumentException("a question or an answer of another version");
    }
    return in;
  }

  static byte[] encode(Question question) {
    return write(
        out -> {
          out.writeUTF(question.key().namespace());
          out.writeUTF(question.key().service());
          out.writeUTF(question.key().id());
          out.writeLong(question.createdRevision());
          out.writeUTF(question.check());
        });
  }

  private static Question decodeQuestion(byte[] bytes) {
    try (DataInputStream in = open(bytes)) {
      InstanceKey key = new InstanceKey(in.readUTF(), in.readUTF(), in.readUTF());
      return new Question(key, in.readLong(), in.readUTF());
    } catch (IOException cutOff) {
      throw new IllegalArgumentException("a question that ends early", cutOff);
    }
  }

  private static byte[] encode(ProbeResult result) {
    return write(
        out -> {
          if (result instanceof ProbeResult.Found found) {
            out.writeUTF(found.health().text());
            out.writeUTF(found.output());
          } else if (result instanceof ProbeResult.NotAsked notAsked) {
            out.writeUTF(NOT_ASKED);
            out.writeUTF(notAsked.reason());
          }
        });
  }

  private static ProbeResult decodeResult(byte[] bytes) {
    try (DataInputStream in = open(bytes)) {
      Health health = Health.find(in.readUTF());
      String text = in.readUTF();
      return health == null ? new ProbeResult.NotAsked(text) : new ProbeResult.Found(health, text);
    } catch (IOException cutOff) {
      throw new IllegalArgumentException("an answer that ends early", cutOff);
    }
  }
}
