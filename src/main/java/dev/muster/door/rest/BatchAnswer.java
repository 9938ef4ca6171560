package dev.muster.door.rest;

import dev.muster.config.Configs;
import dev.muster.config.Watchlist.Difference;
import dev.muster.core.Node;
import dev.muster.core.State;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a batch poll is answered with. Each item is encoded by itself: of a change that wakes a
 * thousand polls, all of them share one encoding.
 */
record BatchAnswer(State state, List<Difference> differences, boolean content) {
  /** More would drive out of {@link EncodedAnswers} what others share. */
  private static final int SHARED_ITEMS_MAX = 16;

  private static final int AT_ONCE_ITEMS_MAX = 128;

  /** An item that is something else now, as clients see it; absent members are left out. */
  public record Changed(
      String namespace,
      String name,
      long revision,
      @Nullable Boolean deleted,
      @Nullable String contentType,
      @Nullable Integer size,
      @Nullable String content,
      @Nullable String contentBase64) {

    static Changed gone(Difference difference) {
      return new Changed(
          difference.namespace(),
          difference.name(),
          difference.revision(),
          true,
          null,
          null,
          null,
          null);
    }

    static Changed of(Difference difference, Node item, Payload payload) {
      return new Changed(
          difference.namespace(),
          difference.name(),
          difference.revision(),
          null,
          Configs.contentType(item),
          item.data().length(),
          payload.content(),
          payload.contentBase64());
    }
  }

  /** The answer as a whole; for its description only, as it is put together from encoded items. */
  public record Changes(long revision, List<Changed> changed, boolean more) {}

  /** Nothing is something else, up to this revision. */
  static Answer empty(long revision) {
    return Answer.of(200).withRevision(revision).withJson(new Changes(revision, List.of(), false));
  }

  /** Whether encoding it takes long. */
  boolean isLong() {
    long bytes = 0;
    for (Difference difference : differences) {
      Node item = difference.item();
      bytes += item == null || !content ? 0 : item.data().length();
    }
    return bytes > Workers.AT_ONCE_BYTES_MAX || differences.size() > AT_ONCE_ITEMS_MAX;
  }

  /** With as many items as {@link RestLimits#CONTENTS_BYTES_MAX} holds, but one at least. */
  Answer encode(EncodedAnswers encoded) {
    ByteArrayOutputStream json = new ByteArrayOutputStream(512);
    json.writeBytes(ascii("{\"revision\":" + state.revision() + ",\"changed\":["));
    int head = json.size();
    boolean more = false;
    for (Difference difference : differences) {
      byte[] item = encode(difference, encoded);
      if (json.size() == head) {
        json.writeBytes(item);
      } else if (json.size() + item.length < RestLimits.CONTENTS_BYTES_MAX) {
        json.write(',');
        json.writeBytes(item);
      } else {
        more = true;
        break;
      }
    }
    json.writeBytes(ascii("],\"more\":" + more + "}"));
    return Answer.of(200, state).withJson(Answer.JSON, json.toByteArray());
  }

  private byte[] encode(Difference difference, EncodedAnswers encoded) {
    Node item = difference.item();
    if (item == null) {
      return Json.encode(Changed.gone(difference));
    }
    if (differences.size() > SHARED_ITEMS_MAX) {
      return Json.encode(changed(difference, item));
    }
    String key = "poll\n" + difference.namespace() + '\n' + difference.name() + '\n' + content;
    return encoded.json(key, item, () -> changed(difference, item));
  }

  private Changed changed(Difference difference, Node item) {
    return Changed.of(difference, item, content ? Payload.of(item.data()) : Payload.NONE);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
