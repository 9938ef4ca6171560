package dev.muster.format;

import com.github.difflib.DiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which lines two texts differ in. Lines end with a line feed; a difference in line endings, or in
 * whether the last line has one, is a difference. After equal lines at both ends are set aside,
 * what is left is told as one block if comparing it would cost more than {@link
 * FormatLimits#DIFF_LINE_PAIRS_MAX}.
 */
public final class TextDiff {
  /** What a row shows. */
  public enum RowKind {
    EQUAL,
    ADDED,
    REMOVED,
    CHANGED
  }

  /**
   * One row of two columns. What a side lacks is null, its line number 0. Texts are without line
   * endings, so that the two of a changed row may look alike.
   */
  public record Row(
      RowKind kind, int oldLine, @Nullable String oldText, int newLine, @Nullable String newText) {}

  /** Lines [oldStart, oldEnd) became lines [newStart, newEnd), counted from 0. */
  private record Block(int oldStart, int oldEnd, int newStart, int newEnd) {}

  private final List<String> olds;
  private final List<String> news;
  private final List<Block> blocks;

  private TextDiff(String before, String after) {
    this.olds = lines(before);
    this.news = lines(after);
    this.blocks = blocks(olds, news);
  }

  public static TextDiff between(String before, String after) {
    return new TextDiff(before, after);
  }

  /** Whether the texts are the same, byte by byte. */
  public boolean isEmpty() {
    return blocks.isEmpty();
  }

  /** Every line of both texts, side by side. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    int old = 0;
    int now = 0;
    for (Block block : blocks) {
      equalRows(rows, old, now, block.oldStart());
      old = block.oldStart();
      now = block.newStart();
      while (old < block.oldEnd() || now < block.newEnd()) {
        boolean has = old < block.oldEnd();
        boolean hasNew = now < block.newEnd();
        rows.add(
            new Row(
                has && hasNew ? RowKind.CHANGED : has ? RowKind.REMOVED : RowKind.ADDED,
                has ? old + 1 : 0,
                has ? shown(olds.get(old)) : null,
                hasNew ? now + 1 : 0,
                hasNew ? shown(news.get(now)) : null));
        old += has ? 1 : 0;
        now += hasNew ? 1 : 0;
      }
    }
    equalRows(rows, old, now, olds.size());
    return List.copyOf(rows);
  }

  private void equalRows(List<Row> rows, int oldFrom, int newFrom, int oldTo) {
    for (int i = 0; oldFrom + i < oldTo; i++) {
      String text = shown(olds.get(oldFrom + i));
      rows.add(new Row(RowKind.EQUAL, oldFrom + i + 1, text, newFrom + i + 1, text));
    }
  }

  /**
   * The unified form, which {@code patch} reads; empty if the texts are equal.
   *
   * @param contextLines how many equal lines to show around each change
   */
  public String unified(String oldName, String newName, int contextLines) {
    if (blocks.isEmpty()) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    out.append("--- ").append(oldName).append("\n+++ ").append(newName).append('\n');
    int first = 0;
    while (first < blocks.size()) {
      int last = first;
      while (last + 1 < blocks.size()
          && blocks.get(last + 1).oldStart() - blocks.get(last).oldEnd() <= 2 * contextLines) {
        last++;
      }
      hunk(out, blocks.subList(first, last + 1), contextLines);
      first = last + 1;
    }
    return out.toString();
  }

  private void hunk(StringBuilder out, List<Block> hunk, int contextLines) {
    Block first = hunk.get(0);
    Block last = hunk.get(hunk.size() - 1);
    int before = Math.min(contextLines, first.oldStart());
    int after = Math.min(contextLines, olds.size() - last.oldEnd());
    out.append("@@ -");
    range(out, first.oldStart() - before, last.oldEnd() + after);
    out.append(" +");
    range(out, first.newStart() - before, last.newEnd() + after);
    out.append(" @@\n");
    int old = first.oldStart() - before;
    for (Block block : hunk) {
      lines(out, ' ', olds.subList(old, block.oldStart()));
      lines(out, '-', olds.subList(block.oldStart(), block.oldEnd()));
      lines(out, '+', news.subList(block.newStart(), block.newEnd()));
      old = block.oldEnd();
    }
    lines(out, ' ', olds.subList(old, old + after));
  }

  /** An empty range names the line before it. */
  private static void range(StringBuilder out, int from, int to) {
    int count = to - from;
    out.append(count == 0 ? from : from + 1);
    if (count != 1) {
      out.append(',').append(count);
    }
  }

  private static void lines(StringBuilder out, char sign, List<String> lines) {
    for (String line : lines) {
      out.append(sign).append(line);
      if (!line.endsWith("\n")) {
        out.append("\n\\ No newline at end of file\n");
      }
    }
  }

  private static String shown(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
      end--;
    }
    return line.substring(0, end);
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int feed = text.indexOf('\n', start);
      int end = feed < 0 ? text.length() : feed + 1;
      lines.add(text.substring(start, end));
      start = end;
    }
    return lines;
  }

  private static List<Block> blocks(List<String> olds, List<String> news) {
    int shorter = Math.min(olds.size(), news.size());
    int head = 0;
    while (head < shorter && olds.get(head).equals(news.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < shorter - head
        && olds.get(olds.size() - 1 - tail).equals(news.get(news.size() - 1 - tail))) {
      tail++;
    }
    int oldEnd = olds.size() - tail;
    int newEnd = news.size() - tail;
    if (head == oldEnd && head == newEnd) {
      return List.of();
    }
    if ((long) (oldEnd - head) * (newEnd - head) > FormatLimits.DIFF_LINE_PAIRS_MAX) {
      return List.of(new Block(head, oldEnd, head, newEnd));
    }
    List<Block> blocks = new ArrayList<>();
    for (AbstractDelta<String> delta :
        DiffUtils.diff(
                olds.subList(head, oldEnd),
                news.subList(head, newEnd),
                new MyersDiffWithLinearSpace<String>())
            .getDeltas()) {
      int old = head + delta.getSource().getPosition();
      int now = head + delta.getTarget().getPosition();
      add(
          blocks,
          new Block(old, old + delta.getSource().size(), now, now + delta.getTarget().size()));
    }
    return blocks;
  }

  /** This algorithm tells what was removed and what came instead apart: it is one change. */
  private static void add(List<Block> blocks, Block block) {
    int last = blocks.size() - 1;
    if (last >= 0
        && blocks.get(last).oldEnd() == block.oldStart()
        && blocks.get(last).newEnd() == block.newStart()) {
      Block before = blocks.remove(last);
      blocks.add(new Block(before.oldStart(), block.oldEnd(), before.newStart(), block.newEnd()));
    } else {
      blocks.add(block);
    }
  }
}
