package dev.muster.config;

import dev.muster.format.Document;
import dev.muster.format.Format;
import dev.muster.format.FormatException;
import dev.muster.format.SemanticDiff;
import dev.muster.format.TextDiff;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two contents of an item, or one and nothing.
 *
 * @param same whether they are equal, byte by byte and in their content types
 * @param lines absent if one of them is no UTF-8 text
 * @param keys absent if one of them has no properties, or cannot be read as what it says it is
 */
public record ContentDiff(
    boolean same, @Nullable TextDiff lines, @Nullable List<SemanticDiff.KeyChange> keys) {

  /**
   * Compares; may need many milliseconds for large contents.
   *
   * @param before absent for nothing, which is the empty text without a property
   * @param after absent for nothing
   */
  public static ContentDiff between(
      String item, @Nullable Content before, @Nullable Content after) {
    boolean same = before == null ? after == null : before.equals(after);
    return new ContentDiff(same, lines(before, after), keys(item, before, after));
  }

  /** Of {@link #between} the lines alone. */
  public static @Nullable TextDiff lines(@Nullable Content before, @Nullable Content after) {
    String old = text(before);
    String now = text(after);
    return old == null || now == null ? null : TextDiff.between(old, now);
  }

  private static @Nullable String text(@Nullable Content content) {
    if (content == null) {
      return "";
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(content.data().array()))
          .toString();
    } catch (CharacterCodingException binary) {
      return null;
    }
  }

  private static @Nullable List<SemanticDiff.KeyChange> keys(
      String item, @Nullable Content before, @Nullable Content after) {
    if (before == null && after == null) {
      return List.of();
    }
    try {
      return SemanticDiff.between(
          before == null ? nothing() : document(item, before),
          after == null ? nothing() : document(item, after));
    } catch (FormatException withoutProperties) {
      return null;
    }
  }

  private static Document document(String item, Content content) {
    return Document.parse(content.format(item), content.data().array());
  }

  private static Document nothing() {
    return Document.parse(Format.PROPERTIES, new byte[0]);
  }
}
