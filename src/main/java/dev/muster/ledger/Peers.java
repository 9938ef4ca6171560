package dev.muster.ledger;

import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the nodes tell and ask each other beside the log. Messages may be lost, and nobody is told;
 * what is sent to the leader reaches whoever leads now, this node included. A question is answered,
 * or its asker is told that it was not.
 */
public interface Peers {
  /** The largest question. */
  int QUESTION_BYTES_MAX = 64 << 10;

  /** The largest answer. */
  int ANSWER_BYTES_MAX = 1 << 20;

  /** How many questions this node may wait for the answers of, and how many it works on. */
  int QUESTIONS_MAX = 2_048;

  /** The longest that a question may take. */
  Duration QUESTION_TIMEOUT_MAX = Duration.ofSeconds(70);

  /**
   * What a message or a question is about. The numbers are for ever, from 16 to 127: nodes of
   * several versions talk to each other.
   */
  enum Topic {
    /** Sessions that were heard of: their ids. */
    HEARTBEATS(16),

    /** Who follows what, and who has not confirmed yet. */
    SUBSCRIBERS(17),

    /** Whether an instance fails its check from there, too. */
    CHECKS(18);

    private final int number;

    Topic(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  /** Sends to whoever leads now. False: nobody does, or the message could not be sent. */
  boolean toLeader(Topic topic, byte[] message);

  /** Has the messages of a topic handled, one handler each. It must return at once. */
  void onMessage(Topic topic, Consumer<byte[]> handler);

  /** This node's name. */
  String self();

  /** The names of the nodes that this one is in touch with now, its own among them. */
  SortedSet<String> up();

  /**
   * Asks a node, which may be this one. Returns at once; what depends on the future runs on threads
   * of its own, and must not wait there.
   *
   * @param node its name
   * @param timeout within which the future ends, whatever happens
   * @return the answer, or {@link UnansweredException}
   */
  CompletableFuture<byte[]> ask(String node, Topic topic, byte[] question, Duration timeout);

  /**
   * Has the questions of a topic answered, by one handler each. It must return at once; its future
   * may end later, but the asker does not wait longer than {@link #QUESTION_TIMEOUT_MAX}.
   */
  void onQuestion(Topic topic, Function<byte[], CompletableFuture<byte[]>> handler);
}
