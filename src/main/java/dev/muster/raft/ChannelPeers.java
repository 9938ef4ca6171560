package dev.muster.raft;

import dev.muster.ledger.Peers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jspecify.annotations.Nullable;

/**
 * The nodes' own messages over the JGroups channel: a byte for the kind, then its content. Raft's
 * messages do not come this way.
 */
final class ChannelPeers implements Peers, Receiver {
  private static final Logger LOG = Logger.getLogger(ChannelPeers.class);

  /** An entry for the leader's log. */
  static final int PROPOSE = 1;

  /** The receiver does not lead, or is too busy: hand it over again later. */
  static final int REJECTED = 2;

  /** A position of the log and the hash there. */
  static final int CHECKPOINT = 3;

  /** Asks for the receiver's hash at a position. */
  static final int CHECKPOINT_ASKED = 4;

  /** A question to this node; see {@link Questions}. */
  static final int QUESTION = 5;

  /** The answer to a question of this node. */
  static final int ANSWER = 6;

  private final Map<Integer, Handler> handlers = new ConcurrentHashMap<>();
  private final Executor executor;
  private final String self;
  private final Function<Address, @Nullable String> names;
  private final Questions questions;
  private volatile SortedMap<String, Address> present = new TreeMap<>();
  private volatile @Nullable JChannel channel;
  private volatile RaftListener.@Nullable Leader leader;

  /** Handles a message; runs on one of JGroups' threads and must return soon. */
  @FunctionalInterface
  interface Handler {
    void handle(Address sender, byte[] content);
  }

  /**
   * @param executor runs handlers of messages that this node sends to itself
   * @param self this node's name
   * @param names the member id in an address; null for a stranger
   */
  ChannelPeers(Executor executor, String self, Function<Address, @Nullable String> names) {
    this.executor = executor;
    this.self = self;
    this.names = names;
    this.questions = new Questions(this::send, executor);
    on(QUESTION, questions::asked);
    on(ANSWER, questions::answered);
  }

  void channel(JChannel newChannel) {
    channel = newChannel;
    newChannel.setReceiver(this);
  }

  void leader(RaftListener.@Nullable Leader newLeader) {
    leader = newLeader;
  }

  void on(int kind, Handler handler) {
    handlers.put(kind, handler);
  }

  @Override
  public void onMessage(Topic topic, Consumer<byte[]> handler) {
    on(topic.number(), (sender, content) -> handler.accept(content));
  }

  @Override
  public boolean toLeader(Topic topic, byte[] message) {
    RaftListener.Leader current = leader;
    return current != null && send(current.address(), topic.number(), message);
  }

  // ---- questions

  @Override
  public String self() {
    return self;
  }

  @Override
  public SortedSet<String> up() {
    return new TreeSet<>(present.keySet());
  }

  @Override
  public CompletableFuture<byte[]> ask(
      String node, Topic topic, byte[] question, Duration timeout) {
    return questions.ask(node, present.get(node), topic, question, timeout);
  }

  @Override
  public void onQuestion(Topic topic, Function<byte[], CompletableFuture<byte[]>> handler) {
    questions.on(topic, handler);
  }

  /** Called by JGroups when nodes come and go. */
  @Override
  public void viewAccepted(View view) {
    SortedMap<String, Address> named = new TreeMap<>();
    for (Address member : view.getMembers()) {
      String name = names.apply(member);
      if (name != null) {
        named.put(name, member);
      }
    }
    present = named;
    questions.present(Set.copyOf(view.getMembers()));
  }

  // ---- sending and receiving

  /** Sends to one node; false if it could not even be tried. */
  boolean send(Address receiver, int kind, byte[] content) {
    JChannel open = channel;
    if (open == null) {
      return false;
    }
    if (receiver.equals(open.getAddress())) {
      executor.execute(() -> handle(receiver, kind, content));
      return true;
    }
    return send(open, receiver, kind, content);
  }

  /** Sends to each of the others. */
  void sendToOthers(Iterable<Address> others, int kind, byte[] content) {
    JChannel open = channel;
    if (open != null) {
      for (Address member : others) {
        if (!member.equals(open.getAddress())) {
          send(open, member, kind, content);
        }
      }
    }
  }

  private static boolean send(JChannel channel, Address receiver, int kind, byte[] content) {
    byte[] framed = new byte[content.length + 1];
    framed[0] = (byte) kind;
    System.arraycopy(content, 0, framed, 1, content.length);
    try {
      Message message = new BytesMessage(receiver, framed);
      if (kind == QUESTION || kind == ANSWER) {
        // They are few, have their own bounds and no order: neither wait for credits nor in a line.
        message.setFlag(Message.Flag.OOB, Message.Flag.NO_FC);
      }
      channel.send(message);
      return true;
    } catch (Exception failed) {
      LOG.debugf("could not send to %s: %s", receiver, failed.getMessage());
      return false;
    }
  }

  @Override
  public void receive(Message message) {
    byte[] array = message.getArray();
    int offset = message.getOffset();
    int length = message.getLength();
    if (array == null || length < 1) {
      return;
    }
    handle(message.getSrc(), array[offset], Arrays.copyOfRange(array, offset + 1, offset + length));
  }

  private void handle(Address sender, int kind, byte[] content) {
    Handler handler = handlers.get(kind);
    if (handler == null) {
      // A newer version may send what this one does not know.
      LOG.debugf("passed over a message of unknown kind %d from %s", kind, sender);
      return;
    }
    try {
      handler.handle(sender, content);
    } catch (RuntimeException malformed) {
      LOG.warnf("passed over a malformed message of kind %d from %s: %s", kind, sender, malformed);
    }
  }
}
