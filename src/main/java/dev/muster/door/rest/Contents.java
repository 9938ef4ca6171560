package dev.muster.door.rest;

import dev.muster.format.Format;
import dev.muster.format.FormatException;
import dev.muster.format.Syntax;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.List;

/** Contents as they are published: what type they are of, and whether they are what they say. */
final class Contents {
  /** Larger ones are checked by a worker: a parser may need milliseconds for them. */
  static final int CHECKED_AT_ONCE_BYTES_MAX = 16 << 10;

  private final String type;
  private final Format format;

  private Contents(String type, Format format) {
    this.type = type;
    this.format = format;
  }

  /**
   * The type that a content is kept with: as sent, or, if none was, as the item's name says. Text
   * in another charset than UTF-8 is kept as it is, and not checked.
   *
   * @param sent as {@link MediaTypes#ofContent} gives it
   */
  static Contents of(String sent, String item) {
    if (sent.equals(MediaTypes.DEFAULT)) {
      return Format.ofName(item)
          .map(named -> new Contents(named.contentType(), named))
          .orElse(new Contents(sent, Format.BINARY));
    }
    try {
      return new Contents(sent, Format.ofContentType(sent));
    } catch (FormatException otherCharset) {
      return new Contents(sent, Format.BINARY);
    }
  }

  String type() {
    return type;
  }

  /** The content, if it is of its format; else {@link Code#INVALID_CONTENT}. */
  Uni<byte[]> checked(byte[] content) {
    if (!format.isText()) {
      return Uni.createFrom().item(content);
    }
    Uni<byte[]> check = Uni.createFrom().item(() -> check(content));
    return content.length <= CHECKED_AT_ONCE_BYTES_MAX
        ? check
        : check.runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private byte[] check(byte[] content) {
    List<dev.muster.format.Problem> problems = Syntax.check(format, content);
    if (problems.isEmpty()) {
      return content;
    }
    dev.muster.format.Problem first = problems.get(0);
    throw new Problem(
            Code.INVALID_CONTENT,
            "this is not %s: line %d, column %d: %s"
                .formatted(format, first.line(), first.column(), first.message()))
        .with("format", format.contentType())
        .with("problems", problems);
  }
}
