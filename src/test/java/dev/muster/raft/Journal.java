package dev.muster.raft;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A machine that remembers what was applied, in order, with the index. */
public final class Journal implements ReplicatedMachine {
  public record Line(long index, String text) {}

  private final List<Line> lines = new ArrayList<>();
  private String poison;

  /** Applying this text throws. */
  public void failOn(String text) {
    poison = text;
  }

  @Override
  public synchronized void apply(long index, byte[] buffer, int offset, int length) {
    String text = new String(buffer, offset, length, StandardCharsets.UTF_8);
    if (text.equals(poison)) {
      throw new IllegalStateException("cannot apply " + text);
    }
    lines.add(new Line(index, text));
  }

  @Override
  public synchronized Picture snapshot() {
    List<Line> copy = List.copyOf(lines);
    return out -> {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(bytes);
      data.writeInt(copy.size());
      for (Line line : copy) {
        data.writeLong(line.index);
        byte[] text = line.text.getBytes(StandardCharsets.UTF_8);
        data.writeInt(text.length);
        data.write(text);
      }
      bytes.writeTo(out);
    };
  }

  @Override
  public synchronized void restore(long index, InputStream in) throws IOException {
    lines.clear();
    byte[] all = in.readAllBytes();
    DataInputStream data = new DataInputStream(new java.io.ByteArrayInputStream(all));
    int count = data.readInt();
    for (int i = 0; i < count; i++) {
      long at = data.readLong();
      lines.add(new Line(at, new String(data.readNBytes(data.readInt()), StandardCharsets.UTF_8)));
    }
  }

  public synchronized List<Line> lines() {
    return List.copyOf(lines);
  }

  /** The newest lines, so many at most. */
  public synchronized List<Line> last(int count) {
    return List.copyOf(lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }

  public synchronized int size() {
    return lines.size();
  }

  public List<String> texts() {
    return lines().stream().map(Line::text).toList();
  }
}
