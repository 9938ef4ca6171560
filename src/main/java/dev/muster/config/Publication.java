package dev.muster.config;

import dev.muster.core.Bytes;
import dev.muster.core.Limits;
import dev.muster.core.PlainText;

/**
 * Who changes an item, and why: kept with the release that the change makes.
 *
 * @param author as the client says it; empty if it does not
 * @param message for people; empty for none
 */
public record Publication(String author, String message) {
  public static final int AUTHOR_BYTES_MAX = 256;
  public static final int MESSAGE_BYTES_MAX = 2_048;

  public static final Publication ANONYMOUS = new Publication("", "");

  public Publication {
    Limits.atMost("release.author", Bytes.utf8(author).length(), AUTHOR_BYTES_MAX, "bytes");
    Limits.atMost("release.message", Bytes.utf8(message).length(), MESSAGE_BYTES_MAX, "bytes");
  }

  /**
   * This, if it may be written; what was written once is read whatever the rules are now.
   *
   * @throws InvalidMetadataException if there are control characters in it, but for line ends in
   *     the message
   */
  public Publication checked() {
    demandPlain("author", author);
    message.lines().forEach(line -> demandPlain("message", line));
    return this;
  }

  private static void demandPlain(String field, String text) {
    PlainText.firstFault(text)
        .ifPresent(
            fault -> {
              throw new InvalidMetadataException(field, PlainText.describe(text, fault));
            });
  }
}
