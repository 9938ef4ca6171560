package dev.muster.discovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.core.Bytes;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.selector.Selector;
import dev.muster.selector.SelectorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is set for a service as a whole. Checked when made.
 *
 * @param owner who to ask, such as a team; empty if nobody said
 * @param description for people
 * @param protectionThreshold share of the instances, above 0 and up to 1, whose failing at once is
 *     taken for a fault of the network: 1 for never
 * @param protectionMaxMillis how long those are served on at the most
 * @param weights overrule the weights that instances ask for; the first that fits counts
 */
public record ServiceSettings(
    String owner,
    String description,
    SortedMap<String, String> metadata,
    double protectionThreshold,
    long protectionMaxMillis,
    List<WeightRule> weights) {
  /** The child of a service's node that holds this. */
  static final String NODE = ".service";

  /** What holds where nothing is set. */
  public static final ServiceSettings DEFAULT =
      new ServiceSettings(
          "",
          "",
          Collections.emptySortedMap(),
          DiscoveryLimits.PROTECTION_THRESHOLD_DEFAULT,
          DiscoveryLimits.PROTECTION_MILLIS_DEFAULT,
          List.of());

  private static final ObjectMapper JSON = new ObjectMapper(new JsonFactory());

  /**
   * @throws InvalidInstanceException naming the field that is wrong
   * @throws dev.muster.core.LimitExceededException naming the limit
   */
  public ServiceSettings {
    Texts.checkPlain("owner", owner);
    Limits.atMost(
        "service.owner", Texts.utf8Length(owner), DiscoveryLimits.OWNER_BYTES_MAX, "bytes");
    Texts.checkPlain("description", description);
    Limits.atMost(
        "service.description",
        Texts.utf8Length(description),
        DiscoveryLimits.DESCRIPTION_BYTES_MAX,
        "bytes");
    metadata = Texts.checkMetadata(metadata);
    if (!(protectionThreshold > 0 && protectionThreshold <= 1)) {
      throw new InvalidInstanceException(
          "protectionThreshold", "is a share above 0 and up to 1; 1 switches protection off");
    }
    Limits.between(
        "service.protection",
        protectionMaxMillis,
        DiscoveryLimits.PROTECTION_MILLIS_MIN,
        DiscoveryLimits.PROTECTION_MILLIS_MAX,
        "ms");
    Limits.atMost("service.weights", weights.size(), DiscoveryLimits.WEIGHT_RULES_MAX, "rules");
    weights = List.copyOf(weights);
  }

  /**
   * The weight of the instances that a selector picks, whatever they ask for.
   *
   * @param where over the labels of {@link InstanceLabels}
   */
  public record WeightRule(Selector where, int weight) {
    public WeightRule {
      Limits.between("service.weight", weight, 0, DiscoveryLimits.WEIGHT_MAX, "");
    }
  }

  public ServiceSettings withWeights(List<WeightRule> rules) {
    return new ServiceSettings(
        owner, description, metadata, protectionThreshold, protectionMaxMillis, rules);
  }

  /** Of the node of a service; the defaults where nothing is set. */
  public static ServiceSettings of(@Nullable Node service) {
    Node node = service == null ? null : service.child(NODE);
    return node == null ? DEFAULT : decode(node.data());
  }

  /** The node that holds the settings of a service; nothing where nothing is set. */
  public static @Nullable Node node(@Nullable Node service) {
    return service == null ? null : service.child(NODE);
  }

  /** The weight that an instance has under these settings. */
  public int weight(String id, Instance instance) {
    if (!weights.isEmpty()) {
      InstanceLabels labels = new InstanceLabels(id, instance);
      for (WeightRule rule : weights) {
        if (rule.where().matches(labels)) {
          return rule.weight();
        }
      }
    }
    return instance.weight();
  }

  Bytes encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("owner", owner);
      json.writeStringField("description", description);
      json.writeObjectFieldStart("metadata");
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeNumberField("protectionThreshold", protectionThreshold);
      json.writeNumberField("protectionMaxMillis", protectionMaxMillis);
      json.writeArrayFieldStart("weights");
      for (WeightRule rule : weights) {
        json.writeStartObject();
        json.writeStringField("where", rule.where().toString());
        json.writeNumberField("weight", rule.weight());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  static ServiceSettings decode(Bytes stored) {
    try {
      JsonNode json = JSON.readTree(stored.array());
      SortedMap<String, String> metadata = new TreeMap<>();
      json.path("metadata")
          .properties()
          .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
      List<WeightRule> weights = new ArrayList<>();
      for (JsonNode rule : json.path("weights")) {
        weights.add(
            new WeightRule(
                Selector.parse(rule.path("where").asText()), rule.path("weight").asInt()));
      }
      return new ServiceSettings(
          json.path("owner").asText(),
          json.path("description").asText(),
          metadata,
          json.path("protectionThreshold").asDouble(DEFAULT.protectionThreshold),
          json.path("protectionMaxMillis").asLong(DEFAULT.protectionMaxMillis),
          weights);
    } catch (IOException | SelectorException notOurs) {
      throw new IllegalStateException("the settings of a service are unreadable", notOurs);
    }
  }
}
