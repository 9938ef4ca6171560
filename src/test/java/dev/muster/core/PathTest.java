package dev.muster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/a",
        "/a/b",
        "/...",
        "/.a",
        "/a.",
        "/a b",
        "/ ",
        "/%2e%2e",
        "/a\\b",
        "/ü/日本/\uD83D\uDE00",
        "/\uE000"
      })
  void isRead(String text) {
    Path path = Path.of(text);
    assertEquals(text, path.toString());
    assertEquals(path, Path.of(text));
    assertEquals(path.hashCode(), Path.of(text).hashCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"         | starts with '/'",
        "a          | starts with '/'",
        "a/b        | starts with '/'",
        "//         | empty",
        "/a/        | empty",
        "/a//b      | empty",
        "/.         | '.' and '..'",
        "/a/../b    | '.' and '..'",
        "/a/..      | '.' and '..'",
      })
  void isRefused(String text, String why) {
    String message = assertThrows(InvalidPathException.class, () -> Path.of(text)).getMessage();
    assertTrue(message.contains(why), message);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0x00, 0x09, 0x0A, 0x1F, 0x7F, 0x85, 0x9F, 0xD800, 0xDFFF, 0xFDD0, 0xFFFE, 0x1FFFF})
  void aCharacterThatCannotBeShownIsRefused(int point) {
    String text = "/ab" + Character.toString(point);
    String message = assertThrows(InvalidPathException.class, () -> Path.of(text)).getMessage();
    assertTrue(message.contains("U+%04X at position 2".formatted(point)), message);
  }

  @Test
  void aMessageShowsNoControlCharacters() {
    String message = assertThrows(InvalidPathException.class, () -> Path.of("\r\n")).getMessage();
    assertTrue(message.contains("'??'"), message);
  }

  @Test
  void lengthIsBoundedInBytes() {
    Path.of("/" + "x".repeat(Limits.PATH_BYTES_MAX - 1));
    LimitExceededException tooLong =
        assertThrows(LimitExceededException.class, () -> Path.of("/" + "ü".repeat(512)));
    assertEquals("path.bytes", tooLong.limit());
    assertEquals(1_025, tooLong.value());
    assertEquals(1_024, tooLong.max());
    Path longest = Path.of("/" + "x".repeat(Limits.PATH_BYTES_MAX - 2));
    assertThrows(LimitExceededException.class, () -> longest.child("y"));
    assertThrows(LimitExceededException.class, () -> longest.resolve("y/z"));
  }

  @Test
  void depthIsBounded() {
    Path deepest = Path.of("/x".repeat(Limits.PATH_DEPTH_MAX));
    LimitExceededException tooDeep =
        assertThrows(LimitExceededException.class, () -> deepest.child("y"));
    assertEquals("path.depth", tooDeep.limit());
    assertEquals(33, tooDeep.value());
    assertThrows(
        LimitExceededException.class, () -> Path.of("/x".repeat(Limits.PATH_DEPTH_MAX + 1)));
  }

  /** The bound on length is looked at before the text is taken apart. */
  @Test
  void anEndlessTextIsRefusedByItsLength() {
    String text = "/x".repeat(1 << 20) + "//";
    LimitExceededException tooLong =
        assertThrows(LimitExceededException.class, () -> Path.of(text));
    assertEquals("path.bytes", tooLong.limit());
  }

  @Test
  void childAndResolve() {
    assertEquals(Path.of("/a"), Path.ROOT.child("a"));
    assertEquals(Path.of("/a/b"), Path.of("/a").child("b"));
    assertEquals(Path.of("/a/b/c"), Path.of("/a").resolve("b/c"));
    assertEquals(Path.of("/b/c"), Path.ROOT.resolve("b/c"));
    for (String bad : List.of("", ".", "..", "a/b", "/", "\0")) {
      assertThrows(InvalidPathException.class, () -> Path.ROOT.child(bad), bad);
    }
    for (String bad : List.of("", "/a", "a/", "a//b", "..")) {
      assertThrows(InvalidPathException.class, () -> Path.of("/x").resolve(bad), bad);
    }
  }

  @Test
  void parts() {
    Path path = Path.of("/a/b/c");
    assertEquals(3, path.depth());
    assertEquals(List.of("a", "b", "c"), path.segments());
    assertEquals("b", path.segment(1));
    assertEquals("c", path.name());
    assertEquals(Path.of("/a/b"), path.parent());
    assertEquals(List.of("a", "b"), path.parent().segments());
    assertEquals(Path.of("/a"), path.ancestor(1));
    assertSame(Path.ROOT, path.ancestor(0));
    assertSame(path, path.ancestor(3));
    assertSame(Path.ROOT, Path.of("/a").parent());
    assertSame(Path.ROOT, Path.ROOT.parent());
    assertEquals("", Path.ROOT.name());
    assertTrue(Path.ROOT.isRoot());
    assertFalse(path.isRoot());
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b, true",
    "/a/b, /a, true",
    "/a/b, /, true",
    "/, /, true",
    "/ab, /a, false",
    "/a, /a/b, false",
    "/b, /a, false",
    "/, /a, false"
  })
  void isAtOrUnder(String path, String prefix, boolean expected) {
    assertEquals(expected, Path.of(path).isAtOrUnder(Path.of(prefix)));
  }
}
