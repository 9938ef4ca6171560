package dev.muster.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Node;
import dev.muster.core.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service, or a zone, of which too many instances fell silent at once: they are served on, as the
 * last known good set. It stands in a node for as long as it holds; that of a service is a child of
 * the service's, which makes it part of the service's lists.
 *
 * @param sinceMillis when it began
 * @param lost how many serving instances are silent
 * @param of how many served before
 * @param threshold the share of them that may be lost unprotected
 * @param untilMillis when it ends at the latest: what may be a lie must be bounded
 */
public record Protection(long sinceMillis, int lost, int of, double threshold, long untilMillis) {
  /** The child of a service that this is written into. */
  static final String NODE = ".guard";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where the protection of a service stands. */
  static Path pathOf(Path service) {
    return service.child(NODE);
  }

  /** The protection of a service as it is stored, JSON; nothing if it has none. */
  public static @Nullable Bytes stored(Node service) {
    Node node = service.child(NODE);
    return node == null ? null : node.data();
  }

  static @Nullable Protection of(Node service) {
    Bytes stored = stored(service);
    return stored == null ? null : decode(stored);
  }

  /** What {@link #encode} wrote. */
  static Protection decode(Bytes stored) {
    JsonNode json = read(stored);
    return new Protection(
        json.path("sinceMillis").asLong(),
        json.path("lost").asInt(),
        json.path("of").asInt(),
        json.path("threshold").asDouble(DiscoveryLimits.PROTECTION_THRESHOLD_DEFAULT),
        json.path("untilMillis").asLong());
  }

  /** Writes it to where it stands. */
  Change at(Path guard) {
    return new Change.Put(guard, encode(), Change.attributes(Map.of()));
  }

  Protection with(int nowLost, int nowOf) {
    return new Protection(sinceMillis, nowLost, nowOf, threshold, untilMillis);
  }

  Bytes encode() {
    ObjectNode json = JSON.createObjectNode();
    json.put("sinceMillis", sinceMillis);
    json.put("lost", lost);
    json.put("of", of);
    json.put("threshold", threshold);
    json.put("untilMillis", untilMillis);
    try {
      return Bytes.wrap(JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static JsonNode read(Bytes stored) {
    try {
      return JSON.readTree(stored.array());
    } catch (IOException notOurs) {
      throw new UncheckedIOException(notOurs);
    }
  }
}
