package dev.muster.config.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.muster.config.ItemMetadata;
import dev.muster.core.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What an archive of ours says about its files.
 *
 * @param muster the version of the archive's form
 * @param namespace that it was exported from
 * @param revision of the state that it shows
 */
record Manifest(int muster, String namespace, long revision, List<Item> items) {
  static final int VERSION = 1;

  /** An item and the file of its content. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Item(
      String name,
      String file,
      String contentType,
      String sha256,
      @Nullable String owner,
      @Nullable String description,
      @Nullable SortedMap<String, String> labels) {

    static Item of(Bundle.Item item, String file) {
      ItemMetadata metadata = item.metadata();
      return new Item(
          item.name(),
          file,
          item.content().type(),
          checksum(item.content().data()),
          metadata.owner(),
          metadata.description(),
          metadata.labels());
    }

    ItemMetadata metadata() {
      return new ItemMetadata(
          owner == null ? "" : owner,
          description == null ? "" : description,
          labels == null ? Collections.emptySortedMap() : labels);
    }
  }

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  byte[] json() {
    try {
      return MAPPER.writeValueAsBytes(this);
    } catch (JacksonException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  static Manifest read(String file, byte[] json) {
    JsonNode version = json(file, json).path("muster");
    if (version.asInt(0) != VERSION) {
      throw new TransferException(
          file,
          "It is an archive of version "
              + version.asText("(none)")
              + "; this Muster reads version "
              + VERSION
              + ".");
    }
    try {
      Manifest manifest = MAPPER.readValue(json, Manifest.class);
      if (manifest.items == null) {
        throw new TransferException(file, "It lists no \"items\".");
      }
      return manifest;
    } catch (IOException malformed) {
      throw malformed(file, malformed);
    }
  }

  static JsonNode json(String file, byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException malformed) {
      throw malformed(file, malformed);
    }
  }

  private static String checksum(Bytes content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content.array()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static TransferException malformed(String file, IOException malformed) {
    String message =
        malformed instanceof JacksonException json
            ? json.getOriginalMessage()
            : malformed.getMessage();
    return new TransferException(file, "This cannot be read as JSON: " + message);
  }
}
