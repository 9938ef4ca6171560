package dev.muster.codec;

import static dev.muster.codec.Wire.LONG;
import static dev.muster.codec.Wire.TEXT;
import static dev.muster.codec.Wire.list;

import dev.muster.core.Command;
import dev.muster.core.Entry;
import java.util.List;

/**
 * Entries of the log as bytes: the format's number, the version that wrote the entry, who proposed
 * it and when, the commands. The first two stay where they are in every format to come, so that a
 * node that cannot read an entry can say who wrote it.
 */
public final class EntryCodec {
  static final int FORMAT = 1;

  private static final Wire<List<Command>> COMMANDS = list(CommandWire.COMMAND);

  private EntryCodec() {}

  public static byte[] encode(Entry entry) {
    return encode(entry, Version.CURRENT);
  }

  static byte[] encode(Entry entry, String writer) {
    EntryEncoder encoder = new EntryEncoder(writer);
    entry.commands().forEach(encoder::add);
    return encoder.finish(
        entry.timeMillis(), entry.proposer(), entry.incarnation(), entry.sequence());
  }

  /**
   * Reads the entry that is exactly these bytes.
   *
   * @param position where in the log it stands, for the message
   * @throws UnreadableException if it is damaged or was written by a newer version
   */
  public static Entry decode(long position, byte[] buffer, int offset, int length) {
    return decode("entry " + position, buffer, offset, length);
  }

  /**
   * Reads the entry that is exactly these bytes, wherever they come from.
   *
   * @throws UnreadableException if it is damaged or was written by a newer version
   */
  public static Entry decode(byte[] buffer, int offset, int length) {
    return decode("an entry", buffer, offset, length);
  }

  private static Entry decode(String source, byte[] buffer, int offset, int length) {
    Input in = new Input(source, "", buffer, offset, length);
    int format = in.octet();
    in.writtenBy(in.text());
    if (format != FORMAT) {
      throw in.unknown("format", format);
    }
    try {
      Entry entry =
          new Entry(LONG.read(in), TEXT.read(in), LONG.read(in), LONG.read(in), COMMANDS.read(in));
      in.end();
      return entry;
    } catch (IllegalArgumentException refused) {
      // A record that no node would have proposed, refused by its own constructor.
      throw in.damaged(String.valueOf(refused.getMessage()), refused);
    }
  }
}
