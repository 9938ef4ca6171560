package dev.muster.discovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.core.PlainText;
import dev.muster.discovery.InstanceStatus.Component;
import dev.muster.discovery.InstanceStatus.HealthChange;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the status of an instance is written into the attributes of its node, which is how answers
 * show it.
 */
final class StatusJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper READER = new ObjectMapper(JSON);
  private static final String CUT_OFF = "...";

  private StatusJson() {}

  static String writeComponents(Map<String, Component> components) {
    return write(
        json -> {
          json.writeStartObject();
          for (Map.Entry<String, Component> entry : components.entrySet()) {
            json.writeObjectFieldStart(entry.getKey());
            json.writeStringField("health", entry.getValue().health().text());
            json.writeNumberField("sinceMillis", entry.getValue().sinceMillis());
            json.writeStringField("output", entry.getValue().output());
            json.writeEndObject();
          }
          json.writeEndObject();
        });
  }

  static SortedMap<String, Component> components(String text) {
    SortedMap<String, Component> components = new TreeMap<>();
    JsonNode json = read(text);
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      JsonNode component = entry.getValue();
      Component read =
          new Component(
              health(component),
              component.path("sinceMillis").asLong(),
              component.path("output").asText());
      components.put(name(entry.getKey(), read), read);
    }
    return components;
  }

  /** What an instance says of itself was written as its lease at first. */
  private static String name(String written, Component component) {
    boolean isWord =
        written.equals(InstanceStatus.LEASE)
            && component.health() != Health.PASSING
            && !component.output().startsWith(LeaseVerdicts.LAPSED);
    return isWord ? InstanceStatus.HEARTBEAT : written;
  }

  static String writeHistory(List<HealthChange> history) {
    return write(
        json -> {
          json.writeStartArray();
          for (HealthChange change : history) {
            json.writeStartObject();
            json.writeNumberField("atMillis", change.atMillis());
            json.writeStringField("health", change.health().text());
            json.writeStringField("component", change.component());
            json.writeStringField("reason", change.reason());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  static List<HealthChange> history(String text) {
    List<HealthChange> history = new ArrayList<>();
    for (JsonNode change : read(text)) {
      history.add(
          new HealthChange(
              change.path("atMillis").asLong(),
              health(change),
              change.path("component").asText(),
              change.path("reason").asText()));
    }
    return history;
  }

  /** What was told, without what no terminal shows, and not longer than may be kept. */
  static String bounded(String output, int bytesMax) {
    StringBuilder plain = new StringBuilder();
    int bytes = 0;
    for (int i = 0; i < output.length(); ) {
      String point = new String(Character.toChars(output.codePointAt(i)));
      i += point.length();
      String shown = PlainText.firstFault(point).isPresent() ? " " : point;
      bytes += Texts.utf8Length(shown);
      if (bytes > bytesMax) {
        return plain.append(CUT_OFF).toString();
      }
      plain.append(shown);
    }
    return plain.toString();
  }

  private static Health health(JsonNode json) {
    Health health = Health.find(json.path("health").asText());
    return health == null ? Health.CRITICAL : health;
  }

  private static JsonNode read(String text) {
    try {
      return READER.readTree(text);
    } catch (JsonProcessingException notOurs) {
      throw new UncheckedIOException(notOurs);
    }
  }

  private interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  private static String write(Writing writing) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writing.to(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }
}
