package dev.muster.config;

import dev.muster.core.Bytes;
import dev.muster.core.LimitExceededException;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.format.Format;
import dev.muster.format.FormatException;
import java.util.regex.Pattern;

/**
 * What an item holds.
 *
 * @param type the media type that it is kept and delivered with
 */
public record Content(String type, Bytes data) {
  /** Of bytes that nobody has said anything about. */
  public static final String TYPE_DEFAULT = "application/octet-stream";

  /** What a type must be, which is delivered as the header {@code Content-Type}. */
  public static final String TYPE_RULE =
      "a media type of at most "
          + ConfigLimits.CONTENT_TYPE_BYTES_MAX
          + " characters, such as 'application/yaml' or 'text/plain; charset=utf-8'";

  private static final String TOKEN = "[A-Za-z0-9!#$&^_.+'`|~%-]{1,127}";
  private static final Pattern TYPE =
      Pattern.compile(
          TOKEN
              + "/"
              + TOKEN
              + "(?:[ \\t]*;[ \\t]*"
              + TOKEN
              + "=(?:"
              + TOKEN
              + "|\"[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]{0,127}\")){0,8}");

  /** Whether a content may be kept with this type; see {@link #TYPE_RULE}. */
  public static boolean isType(String type) {
    return type.length() <= ConfigLimits.CONTENT_TYPE_BYTES_MAX
        && type.indexOf('*') < 0
        && TYPE.matcher(type).matches();
  }

  /**
   * This, if it may be written; what was written once is read whatever the rules are now.
   *
   * @throws InvalidMetadataException if its type is none
   * @throws LimitExceededException if it is too large
   */
  Content checked() {
    if (!isType(type)) {
      throw new InvalidMetadataException("contentType", "the content type is " + TYPE_RULE);
    }
    Limits.atMost("node.data", data.length(), Limits.NODE_DATA_BYTES_MAX, "bytes");
    return this;
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

  /**
   * What it is read as, wherever it is read: what its type says or, if that says no more than text
   * or bytes, what the item's name stands for. So nobody is configured by what was not checked.
   * Text in another charset than UTF-8 is bytes that nobody looks into.
   */
  public Format format(String item) {
    Format said;
    try {
      said = Format.ofContentType(type);
    } catch (FormatException otherCharset) {
      return Format.BINARY;
    }
    boolean saysLittle = said == Format.TEXT || type.equals(TYPE_DEFAULT);
    return saysLittle ? Format.ofName(item).filter(Format::isStructured).orElse(said) : said;
  }
}
