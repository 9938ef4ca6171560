package dev.muster.codec;

import dev.muster.core.Command;

/**
 * Makes one entry of commands that are added one by one, each encoded once, so that a batcher knows
 * after each how large the entry has become. Not for use by several threads; good for many entries.
 */
public final class EntryEncoder {
  private static final int CAPACITY = 16 << 10;

  /** What stands before the commands, at most, with a short name of the proposer. */
  private static final int HEAD_BYTES = 128;

  /** An unusually large entry does not keep its buffer for ever. */
  private static final int CAPACITY_KEPT_MAX = 4 << 20;

  private final String writer;
  private Output commands = new Output(CAPACITY);
  private int count;

  public EntryEncoder() {
    this(Version.CURRENT);
  }

  EntryEncoder(String writer) {
    this.writer = writer;
  }

  /** Encodes one more command. One that cannot be encoded leaves nothing behind. */
  public void add(Command command) {
    int before = commands.size();
    try {
      CommandWire.COMMAND.write(commands, command);
      count++;
    } catch (RuntimeException unwritable) {
      commands.truncate(before);
      throw unwritable;
    }
  }

  /** What the commands added so far take. */
  public int bytes() {
    return commands.size();
  }

  /** How many commands were added. */
  public int count() {
    return count;
  }

  /** The whole entry, as {@link EntryCodec#decode} reads it; the encoder is empty then. */
  public byte[] finish(long timeMillis, String proposer, long incarnation, long sequence) {
    Output head = new Output(HEAD_BYTES);
    head.octet(EntryCodec.FORMAT);
    head.text(writer);
    head.zigzag(timeMillis);
    head.text(proposer);
    head.zigzag(incarnation);
    head.zigzag(sequence);
    head.varint(count);
    byte[] entry = new byte[head.size() + commands.size()];
    System.arraycopy(head.buffer(), 0, entry, 0, head.size());
    System.arraycopy(commands.buffer(), 0, entry, head.size(), commands.size());
    clear();
    return entry;
  }

  private void clear() {
    count = 0;
    if (commands.buffer().length > CAPACITY_KEPT_MAX) {
      commands = new Output(CAPACITY);
    } else {
      commands.clear();
    }
  }
}
