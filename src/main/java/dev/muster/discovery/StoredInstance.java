package dev.muster.discovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.core.Bytes;
import dev.muster.discovery.check.CheckJson;
import dev.muster.discovery.check.StoredChecks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How an instance is written into its node: one JSON object, its fields always in the same order,
 * so that equal registrations are equal bytes. Lists of instances embed it as it is.
 */
public final class StoredInstance {
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper READER = new ObjectMapper(JSON);

  private static final String ADDRESS_START = "\"address\":\"";
  private static final String ZONE = "zone";
  private static final String GRACE = "graceSeconds";

  /** Always there, and behind the fields that say where the instance is. */
  private static final String TAGS = "tags";

  /** How instances began before their health had a place of its own. */
  private static final byte[] ONCE_PASSING =
      "{\"health\":\"passing\",".getBytes(StandardCharsets.UTF_8);

  private StoredInstance() {}

  static Bytes encode(Registration registration) {
    Instance instance = registration.instance();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("address", instance.address());
      json.writeNumberField("port", instance.port());
      writePorts(json, instance.ports());
      json.writeNumberField("weight", instance.weight());
      writeIfTold(json, ZONE, instance.zone());
      writeIfTold(json, "region", instance.region());
      writeIfTold(json, "version", instance.version());
      json.writeArrayFieldStart(TAGS);
      for (String tag : instance.tags()) {
        json.writeString(tag);
      }
      json.writeEndArray();
      json.writeObjectFieldStart("metadata");
      for (Map.Entry<String, String> entry : instance.metadata().entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      Long graceMillis =
          registration.presence() instanceof Presence.Lease lease ? lease.graceMillis() : null;
      if (graceMillis != null) {
        json.writeNumberField(GRACE, graceMillis / 1_000);
      }
      if (!registration.checks().isEmpty()) {
        // Last, so that what lists do not show is the end.
        json.writeFieldName(StoredChecks.FIELD);
        CheckJson.write(json, registration.checks());
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  private static void writePorts(JsonGenerator json, List<Port> ports) throws IOException {
    if (ports.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("ports");
    for (Port port : ports) {
      json.writeStartObject();
      json.writeStringField("name", port.name());
      json.writeNumberField("port", port.number());
      writeIfTold(json, "protocol", port.protocol());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeIfTold(JsonGenerator json, String field, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(field, value);
    }
  }

  /**
   * Reads what {@link #encode} of this version or an older one wrote.
   *
   * @throws UncheckedIOException if the bytes are not of an instance
   */
  public static Instance decode(Bytes stored) {
    JsonNode json = read(stored);
    SortedSet<String> tags = new TreeSet<>();
    json.path(TAGS).forEach(tag -> tags.add(tag.asText()));
    SortedMap<String, String> metadata = new TreeMap<>();
    json.path("metadata")
        .properties()
        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
    List<Port> ports = new ArrayList<>();
    for (JsonNode port : json.path("ports")) {
      ports.add(
          new Port(
              port.path("name").asText(), port.path("port").asInt(), textOf(port, "protocol")));
    }
    return new Instance(
        json.path("address").asText(),
        json.path("port").asInt(),
        ports,
        json.path("weight").asInt(DiscoveryLimits.WEIGHT_DEFAULT),
        textOf(json, ZONE),
        textOf(json, "region"),
        textOf(json, "version"),
        tags,
        metadata);
  }

  /** The address alone, much cheaper than all of it: for looking through very many. */
  static String address(Bytes stored) {
    byte[] array = stored.array();
    int start = fieldsOffset(stored) + ADDRESS_START.length();
    int end = start;
    while (array[end] != '"') { // nothing in an address is escaped
      end++;
    }
    return new String(array, start, end - start, StandardCharsets.US_ASCII);
  }

  /** The zone alone; nothing if the instance does not tell it. As cheap as may be. */
  static @Nullable String zone(Bytes stored) {
    try (JsonParser json = JSON.createParser(stored.array())) {
      return find(json, ZONE, TAGS) ? json.getText() : null;
    } catch (IOException notOurs) {
      throw new UncheckedIOException(notOurs);
    }
  }

  /**
   * How long the instance stays when its lease has lapsed; empty if that was not said. As cheap as
   * may be.
   */
  static OptionalLong graceMillis(Bytes stored) {
    try (JsonParser json = JSON.createParser(stored.array())) {
      return find(json, GRACE, StoredChecks.FIELD)
          ? OptionalLong.of(json.getLongValue() * 1_000)
          : OptionalLong.empty();
    } catch (IOException notOurs) {
      throw new UncheckedIOException(notOurs);
    }
  }

  /**
   * Goes on to the value of a field, unless another field, or the end, comes first. Read field by
   * field: the leader does this for each of very many that lapse together.
   */
  private static boolean find(JsonParser json, String wanted, String behind) throws IOException {
    json.nextToken();
    String field = json.nextFieldName();
    while (field != null && !field.equals(behind)) {
      json.nextToken();
      if (field.equals(wanted)) {
        return true;
      }
      json.skipChildren();
      field = json.nextFieldName();
    }
    return false;
  }

  /** The same instance with another weight. */
  public static Bytes withWeight(Bytes stored, int weight) {
    try {
      return Bytes.wrap(
          READER.writeValueAsBytes(((ObjectNode) read(stored)).put("weight", weight)));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * The same instance without its checks, which lists do not show: they are long, and their headers
   * are not everybody's business.
   */
  public static Bytes withoutChecks(Bytes stored) {
    int end = StoredChecks.offset(stored);
    if (end < 0) {
      return stored;
    }
    byte[] cut = Arrays.copyOf(stored.array(), end);
    cut[end - 1] = '}'; // in place of the comma
    return Bytes.wrap(cut);
  }

  /**
   * The fields of the JSON object, without its opening brace, to be written behind other fields.
   *
   * @return an offset into the bytes
   */
  public static int fieldsOffset(Bytes stored) {
    byte[] array = stored.array();
    int length = ONCE_PASSING.length;
    boolean old = array.length > length && Arrays.equals(array, 0, length, ONCE_PASSING, 0, length);
    return old ? length : 1;
  }

  private static @Nullable String textOf(JsonNode json, String field) {
    JsonNode text = json.path(field);
    return text.isTextual() ? text.asText() : null;
  }

  private static JsonNode read(Bytes stored) {
    try {
      return READER.readTree(stored.array());
    } catch (IOException notOurs) {
      throw new UncheckedIOException(notOurs);
    }
  }
}
