package dev.muster.ledger;

import java.util.function.Consumer;

/**
 * Small messages between the nodes that never enter the log. They may be lost, and nobody is told;
 * what is sent to the leader reaches whoever leads now, this node included.
 */
public interface Peers {

  /**
   * What a message is about. The numbers are for ever: nodes of several versions talk to each
   * other.
   */
  enum Topic {
    /** Sessions that were heard of: their ids. */
    HEARTBEATS(16);

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
}
