package dev.muster.config.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.muster.config.ConfigLimits;
import dev.muster.config.ItemMetadata;
import dev.muster.core.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an archive of ours says about its files.
 *
 * @param muster the version of the archive's form
 * @param namespace that it was exported from
 * @param revision of the state that it shows
 */
record Manifest(int muster, String namespace, long revision, List<Item> items) {
  static final int VERSION = 1;

  /**
   * An item and the file of its content.
   *
   * @param sha256 of the content, for people
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Item(
      String name,
      String file,
      String contentType,
      String sha256,
      String owner,
      String description,
      SortedMap<String, String> labels) {

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
      return new ItemMetadata(owner, description, labels);
    }
  }

  private static final ObjectMapper WRITER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  byte[] json() {
    try {
      return WRITER.writeValueAsBytes(this);
    } catch (JacksonException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  // ---- reading

  static Manifest read(String file, byte[] json) {
    if (json.length > TransferLimits.MANIFEST_BYTES_MAX) {
      throw new TransferException(
          file,
          "It has "
              + json.length
              + " bytes; "
              + TransferLimits.MANIFEST_BYTES_MAX
              + " are allowed.");
    }
    Reader reader = new Reader(file);
    JsonStream.read(file, json, reader::manifest);
    return reader.manifest();
  }

  /** Takes the members as they come; the version comes first in what Muster has written. */
  private static final class Reader {
    private final String file;
    private final List<Item> items = new ArrayList<>();
    private int version;
    private String namespace = "";
    private long revision;
    private boolean lists;

    Reader(String file) {
      this.file = file;
    }

    Manifest manifest() {
      if (version != VERSION) {
        throw otherVersion("(none)");
      }
      if (!lists) {
        throw malformed("It lists no \"items\".");
      }
      return new Manifest(version, namespace, revision, items);
    }

    void manifest(JsonStream json) throws IOException {
      if (!json.isObject()) {
        throw malformed("It is no JSON object.");
      }
      json.members(
          (name, value) -> {
            switch (name) {
              case "muster" -> version(value);
              case "namespace" -> namespace = text(name, value);
              case "revision" -> revision = value.number(0);
              case "items" -> items(value);
              default -> throw unknown(name);
            }
          });
    }

    private void version(JsonStream json) throws IOException {
      version = (int) json.number(0);
      if (version != VERSION) {
        throw otherVersion(version == 0 ? "(none)" : "" + version);
      }
    }

    private void items(JsonStream json) throws IOException {
      if (!json.isArray()) {
        throw malformed("Its \"items\" are no array.");
      }
      lists = true;
      json.elements(
          item -> {
            if (items.size() == TransferLimits.FILES_MAX) {
              throw malformed("It lists more than " + TransferLimits.FILES_MAX + " items.");
            }
            items.add(item(item));
          });
    }

    private Item item(JsonStream json) throws IOException {
      String place = "items[" + items.size() + "]";
      if (!json.isObject()) {
        throw malformed(place + " is no JSON object.");
      }
      Map<String, String> texts = new HashMap<>();
      SortedMap<String, String> labels = new TreeMap<>();
      json.members(
          (name, value) -> {
            String where = place + '.' + name;
            switch (name) {
              case "name", "file", "contentType", "sha256", "owner", "description" ->
                  texts.put(name, text(where, value));
              case "labels" -> labels(where, value, labels);
              default -> throw unknown(where);
            }
          });
      for (String needed : List.of("name", "file", "contentType")) {
        if (!texts.containsKey(needed)) {
          throw malformed(place + " lacks its \"" + needed + "\".");
        }
      }
      return new Item(
          texts.getOrDefault("name", ""),
          texts.getOrDefault("file", ""),
          texts.getOrDefault("contentType", ""),
          texts.getOrDefault("sha256", ""),
          texts.getOrDefault("owner", ""),
          texts.getOrDefault("description", ""),
          labels);
    }

    private void labels(String place, JsonStream json, SortedMap<String, String> labels)
        throws IOException {
      if (!json.isObject()) {
        throw malformed(place + " is no JSON object.");
      }
      json.members(
          (name, value) -> {
            if (labels.size() == ConfigLimits.LABELS_MAX) {
              throw malformed(place + " has more than " + ConfigLimits.LABELS_MAX + " labels.");
            }
            labels.put(name, text(place + '.' + name, value));
          });
    }

    private String text(String place, JsonStream json) throws IOException {
      String text = json.text();
      if (text == null) {
        throw malformed(place + " is no text.");
      }
      return text;
    }

    private TransferException otherVersion(String version) {
      return malformed(
          "It is an archive of version "
              + version
              + "; this Muster reads version "
              + VERSION
              + ".");
    }

    private TransferException unknown(String place) {
      return malformed("It has \"" + place + "\", which is unknown in version " + VERSION + ".");
    }

    private TransferException malformed(String message) {
      return new TransferException(file, message);
    }
  }

  private static String checksum(Bytes content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content.array()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
