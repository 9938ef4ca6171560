package dev.muster.subscriber;

import dev.muster.core.Path;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the nodes ask each other about subscribers, as bytes. A question begins with its version and
 * its number; another version's is refused, and the asker takes that node for silent.
 */
final class SubscriberWire {
  private static final int VERSION = 1;

  private SubscriberWire() {}

  /** What one node asks another. Each is answered in its own way. */
  sealed interface Question {
    Path path();

    record Listed(Path path, int max) implements Question {}

    record Proven(Path path, long since, long revision, long waitMillis) implements Question {}

    record Known(Path path, List<Standing.Key> keys) implements Question {}

    record Confirmed(Path path, String client, long revision) implements Question {}
  }

  /** Writes; a stream of bytes in memory does not fail. */
  @FunctionalInterface
  private interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writer.write(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static DataInputStream open(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IllegalArgumentException("unknown version " + version);
    }
    return in;
  }

  static byte[] encode(Question question) {
    return bytes(
        out -> {
          if (question instanceof Question.Listed listed) {
            begin(out, 1, question);
            out.writeInt(listed.max);
          } else if (question instanceof Question.Proven proven) {
            begin(out, 2, question);
            out.writeLong(proven.since);
            out.writeLong(proven.revision);
            out.writeLong(proven.waitMillis);
          } else if (question instanceof Question.Known known) {
            begin(out, 3, question);
            out.writeInt(known.keys.size());
            for (Standing.Key key : known.keys) {
              out.writeUTF(key.client());
              out.writeByte(key.kind().number());
              out.writeUTF(key.query());
            }
          } else if (question instanceof Question.Confirmed confirmed) {
            begin(out, 4, question);
            out.writeUTF(confirmed.client);
            out.writeLong(confirmed.revision);
          }
        });
  }

  private static void begin(DataOutputStream out, int number, Question question)
      throws IOException {
    out.writeByte(number);
    out.writeUTF(question.path().toString());
  }

  static Question question(byte[] bytes) {
    try {
      DataInputStream in = open(bytes);
      int number = in.readUnsignedByte();
      Path path = Path.of(in.readUTF());
      return switch (number) {
        case 1 -> new Question.Listed(path, in.readInt());
        case 2 -> new Question.Proven(path, in.readLong(), in.readLong(), in.readLong());
        case 3 -> new Question.Known(path, keys(in));
        case 4 -> new Question.Confirmed(path, in.readUTF(), in.readLong());
        default -> throw new IllegalArgumentException("unknown question " + number);
      };
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  private static List<Standing.Key> keys(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<Standing.Key> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(new Standing.Key(in.readUTF(), Kind.of(in.readByte()), in.readUTF()));
    }
    return keys;
  }

  // ---- answers

  /**
   * Some subscribers, and two numbers: how many there are, and how many there was no room for. All
   * answers but that to a confirmation are of this form.
   */
  static byte[] encode(List<Standing> standings, int total, int notKept) {
    return bytes(
        out -> {
          out.writeInt(total);
          out.writeInt(notKept);
          out.writeInt(standings.size());
          for (Standing each : standings) {
            write(out, each);
          }
        });
  }

  private static void write(DataOutputStream out, Standing standing) throws IOException {
    Identity identity = standing.identity();
    String client = identity.client();
    out.writeUTF(client == null ? "" : client);
    out.writeUTF(identity.address());
    out.writeUTF(identity.agent());
    out.writeByte(standing.kind().number());
    out.writeUTF(standing.query());
    out.writeLong(standing.confirmed());
    out.writeLong(standing.told());
    out.writeBoolean(standing.connected());
    out.writeLong(standing.heardMillisAgo());
  }

  /**
   * Reads what {@link #encode(List, int, int)} wrote.
   *
   * @param node whose answer it is
   */
  static Subscribers.Listing standings(byte[] bytes, String node) {
    try {
      DataInputStream in = open(bytes);
      int total = in.readInt();
      int notKept = in.readInt();
      int count = in.readInt();
      List<Standing> standings = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        standings.add(standing(in, node));
      }
      return new Subscribers.Listing(standings, total, notKept);
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  private static Standing standing(DataInputStream in, String node) throws IOException {
    String client = in.readUTF();
    return new Standing(
        new Identity(client.isEmpty() ? null : client, in.readUTF(), in.readUTF()),
        Kind.of(in.readByte()),
        in.readUTF(),
        in.readLong(),
        in.readLong(),
        in.readBoolean(),
        in.readLong(),
        node);
  }

  static byte[] encode(boolean yes) {
    return bytes(out -> out.writeBoolean(yes));
  }

  static boolean isYes(byte[] bytes) {
    try {
      return open(bytes).readBoolean();
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }
}
