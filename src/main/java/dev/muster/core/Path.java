package dev.muster.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The name of a node: {@code /} or segments that each follow a slash. A segment is not empty, not
 * {@code .} or {@code ..}, and holds no control character, no unpaired surrogate and no
 * noncharacter: what every client, log and terminal can show. The bounds are {@link
 * Limits#PATH_BYTES_MAX} in UTF-8 and {@link Limits#PATH_DEPTH_MAX} segments.
 */
public final class Path implements Comparable<Path> {
  public static final Path ROOT = new Path("/", List.of());

  private final String text;
  private final List<String> segments;

  private Path(String text, List<String> segments) {
    this.text = text;
    this.segments = segments;
  }

  /**
   * Reads a path.
   *
   * @throws InvalidPathException if the text is malformed
   * @throws LimitExceededException if it is too long or too deep
   */
  public static Path of(String text) {
    checkLength(text); // first, so that the work is bounded
    Path path = trusted(text);
    path.segments.forEach(Path::checkSegment);
    return checkDepth(path);
  }

  /**
   * Reads a path that was checked before it was proposed and now comes from the log or a snapshot.
   * Neither today's bounds nor today's rules for characters are applied, so that tightening one
   * never makes an old entry unreadable.
   *
   * @throws InvalidPathException if the text is not made of segments that each follow a slash
   */
  public static Path trusted(String text) {
    if (text.equals("/")) {
      return ROOT;
    }
    if (!text.startsWith("/")) {
      throw new InvalidPathException("a path starts with '/': " + printable(text));
    }
    List<String> segments = new ArrayList<>();
    int start = 1;
    while (start <= text.length()) {
      int end = text.indexOf('/', start);
      if (end < 0) {
        end = text.length();
      }
      segments.add(checkNotEmpty(text.substring(start, end)));
      start = end + 1;
    }
    return new Path(text, Collections.unmodifiableList(segments));
  }

  /** The path of a node under this one; {@code name} is a single segment. */
  public Path child(String name) {
    Path child = append(checkSegment(name));
    checkLength(child.text);
    return checkDepth(child);
  }

  /** The same of a name that is in the tree, or of one made of it; see {@link #trusted}. */
  Path trustedChild(String name) {
    return append(name);
  }

  private Path append(String segment) {
    List<String> longer = new ArrayList<>(segments.size() + 1);
    longer.addAll(segments);
    longer.add(segment);
    return new Path(
        isRoot() ? "/" + segment : text + "/" + segment, Collections.unmodifiableList(longer));
  }

  /** Several segments below this path, as in {@code resolve("a/b")}. */
  public Path resolve(String relative) {
    return of(isRoot() ? "/" + relative : text + "/" + relative);
  }

  private static Path checkDepth(Path path) {
    Limits.atMost("path.depth", path.depth(), Limits.PATH_DEPTH_MAX, "segments");
    return path;
  }

  private static void checkLength(String text) {
    Limits.atMost("path.bytes", Limits.utf8Length(text), Limits.PATH_BYTES_MAX, "bytes");
  }

  /**
   * Checks a single segment.
   *
   * @return the segment
   * @throws InvalidPathException saying what is wrong
   */
  public static String checkSegment(String segment) {
    checkNotEmpty(segment);
    if (segment.equals(".") || segment.equals("..")) {
      throw new InvalidPathException("'.' and '..' are not allowed in a path");
    }
    for (int i = 0; i < segment.length(); ) {
      int point = segment.codePointAt(i);
      boolean noncharacter = (point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF);
      boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
      if (point == '/' || Character.isISOControl(point) || surrogate || noncharacter) {
        throw new InvalidPathException(
            String.format(
                Locale.ROOT,
                "character U+%04X at position %d of a segment is not allowed in a path",
                point,
                i));
      }
      i += Character.charCount(point);
    }
    return segment;
  }

  private static String checkNotEmpty(String segment) {
    if (segment.isEmpty()) {
      throw new InvalidPathException(
          "a segment of a path is empty: two slashes in a row, or one at the end");
    }
    return segment;
  }

  private static String printable(String text) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
    return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
  }

  public boolean isRoot() {
    return segments.isEmpty();
  }

  public int depth() {
    return segments.size();
  }

  public String segment(int depth) {
    return segments.get(depth);
  }

  public List<String> segments() {
    return segments;
  }

  /** The last segment; of the root, the empty text. */
  public String name() {
    return isRoot() ? "" : segments.get(segments.size() - 1);
  }

  /** The path one level up; of the root, the root. */
  public Path parent() {
    return depth() <= 1 ? ROOT : ancestor(depth() - 1);
  }

  /** The path of the first {@code depth} segments. */
  public Path ancestor(int depth) {
    if (depth == depth()) {
      return this;
    }
    if (depth == 0) {
      return ROOT;
    }
    int length = 0;
    for (int i = 0; i < depth; i++) {
      length += 1 + segments.get(i).length();
    }
    return new Path(text.substring(0, length), segments.subList(0, depth));
  }

  /** Whether this is {@code prefix} or a path below it. */
  public boolean isAtOrUnder(Path prefix) {
    return prefix.isRoot()
        || (text.startsWith(prefix.text)
            && (text.length() == prefix.text.length() || text.charAt(prefix.text.length()) == '/'));
  }

  /** By text, in UTF-16 code units: one order on every platform. */
  @Override
  public int compareTo(Path other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Path path && text.equals(path.text));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
