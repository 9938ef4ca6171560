package dev.muster.door.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.muster.discovery.Health;
import dev.muster.discovery.Instance;
import dev.muster.discovery.InstanceStatus;
import dev.muster.discovery.Port;
import dev.muster.discovery.Selection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A list of targets as Prometheus' {@code http_sd} wants it
 * (https://prometheus.io/docs/prometheus/latest/http_sd/): an array of groups, here one for each
 * instance, of which all values are texts. Made by one thread; {@link #end} ends it.
 */
final class PrometheusTargets {
  /** The port of this name serves metrics, by convention. */
  static final String METRICS = "metrics";

  static final String LABEL = "__meta_muster_";
  private static final JsonFactory JSON = new JsonFactory();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);
  private final JsonGenerator json;

  PrometheusTargets() {
    try {
      json = JSON.createGenerator(bytes);
      json.writeStartArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Adds an instance. */
  void add(String namespace, String service, Selection.Picked picked, @Nullable String port) {
    try {
      json.writeStartObject();
      json.writeArrayFieldStart("targets");
      json.writeString(target(picked.instance(), port));
      json.writeEndArray();
      json.writeObjectFieldStart("labels");
      for (Map.Entry<String, String> label : labels(namespace, service, picked).entrySet()) {
        json.writeStringField(label.getKey(), label.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
      json.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** How much there is until now. */
  int length() {
    return bytes.size();
  }

  byte[] end() {
    try {
      json.writeEndArray();
      json.close();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** The port that was asked for, else the one that is named for it, else the instance's. */
  private static String target(Instance instance, @Nullable String port) {
    Integer number = instance.port(port == null ? METRICS : port);
    String address = instance.address();
    return (address.indexOf(':') < 0 ? address : "[" + address + "]")
        + ":"
        + (number == null ? instance.port() : number);
  }

  /** Sorted, so that the same instance is the same bytes. */
  private static Map<String, String> labels(
      String namespace, String service, Selection.Picked picked) {
    Instance instance = picked.instance();
    Map<String, String> labels = new TreeMap<>();
    put(labels, "namespace", namespace);
    put(labels, "service", service);
    put(labels, "id", picked.id());
    put(labels, "health", InstanceStatus.health(picked.node()).text());
    put(
        labels,
        "traffic",
        Boolean.toString(InstanceStatus.isServed(picked.node(), Health.WARNING)));
    put(labels, "address", instance.address());
    put(labels, "port", Integer.toString(instance.port()));
    put(labels, "weight", Integer.toString(picked.weight()));
    put(labels, "zone", instance.zone());
    put(labels, "region", instance.region());
    put(labels, "version", instance.version());
    for (Port port : instance.ports()) {
      put(labels, "port_" + port.name(), Integer.toString(port.number()));
    }
    if (!instance.tags().isEmpty()) {
      // Between commas, so that a regular expression finds a whole one: .*,v2,.*
      put(labels, "tags", "," + String.join(",", instance.tags()) + ",");
    }
    for (String tag : instance.tags()) {
      put(labels, "tag_" + tag, "true");
    }
    for (Map.Entry<String, String> entry : instance.metadata().entrySet()) {
      put(labels, "metadata_" + entry.getKey(), entry.getValue());
    }
    return labels;
  }

  /** Prometheus takes no label whose name has other characters, and drops the whole list for it. */
  private static void put(Map<String, String> labels, String name, @Nullable String value) {
    if (value == null) {
      return;
    }
    StringBuilder valid = new StringBuilder(LABEL);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      valid.append(plain ? c : '_');
    }
    labels.put(valid.toString(), value);
  }
}
