package dev.muster.config;

import dev.muster.core.Bytes;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.format.Format;
import dev.muster.format.FormatException;

/**
 * What an item holds.
 *
 * @param type the media type that it is kept and delivered with
 */
public record Content(String type, Bytes data) {
  /** Of bytes that nobody has said anything about. */
  public static final String TYPE_DEFAULT = "application/octet-stream";

  public Content {
    Limits.atMost(
        "item.content-type",
        Bytes.utf8(type).length(),
        ConfigLimits.CONTENT_TYPE_BYTES_MAX,
        "bytes");
  }

  /**
   * With the type that it is kept with: the one said, or, if that is {@link #TYPE_DEFAULT}, the one
   * that the item's name stands for.
   */
  public static Content of(String saidType, String item, Bytes data) {
    return new Content(
        saidType.equals(TYPE_DEFAULT)
            ? Format.ofName(item).map(Format::contentType).orElse(saidType)
            : saidType,
        data);
  }

  /** What an item holds. */
  public static Content of(Node item) {
    return new Content(Configs.contentType(item), item.data());
  }

  /** What it is of; text in another charset than UTF-8 is bytes that nobody looks into. */
  public Format format() {
    return format(type);
  }

  /** As {@link #format()}, of a content type. */
  public static Format format(String type) {
    try {
      return Format.ofContentType(type);
    } catch (FormatException otherCharset) {
      return Format.BINARY;
    }
  }
}
