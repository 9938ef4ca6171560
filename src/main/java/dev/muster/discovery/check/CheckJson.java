package dev.muster.discovery.check;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.discovery.Health;
import dev.muster.discovery.InvalidInstanceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How checks are written, in registrations and in the nodes of instances. What has a default is
 * always written: equal checks are equal bytes, and another version's defaults change none that is
 * stored.
 */
public final class CheckJson {
  private CheckJson() {}

  /** Writes an array. */
  public static void write(JsonGenerator json, List<CheckSpec> checks) throws IOException {
    json.writeStartArray();
    for (CheckSpec check : checks) {
      write(json, check);
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, CheckSpec check) throws IOException {
    CheckTerms terms = check.terms();
    json.writeStartObject();
    json.writeStringField("id", terms.id());
    json.writeStringField("type", check.type());
    if (terms.port() instanceof TargetPort.Numbered number) {
      json.writeNumberField("port", number.port());
    } else if (terms.port() instanceof TargetPort.Named named) {
      json.writeStringField("port", named.name());
    }
    json.writeNumberField("intervalSeconds", terms.intervalMillis() / 1_000);
    json.writeNumberField("timeoutMillis", terms.timeoutMillis());
    json.writeNumberField("healthyThreshold", terms.healthyThreshold());
    json.writeNumberField("unhealthyThreshold", terms.unhealthyThreshold());
    json.writeStringField("initial", terms.initial().text());
    json.writeBooleanField("secondOpinion", terms.secondOpinion());
    if (check instanceof CheckSpec.Http http) {
      writeHttp(json, http);
    } else if (check instanceof CheckSpec.Grpc grpc) {
      json.writeStringField("service", grpc.service());
    }
    TlsTerms tls = check.tls();
    if (tls != null) {
      json.writeObjectFieldStart("tls");
      json.writeBooleanField("verify", tls.verify());
      writeIfTold(json, "serverName", tls.serverName());
      writeIfTold(json, "ca", tls.ca());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeHttp(JsonGenerator json, CheckSpec.Http http) throws IOException {
    json.writeStringField("scheme", http.tls() == null ? "http" : "https");
    json.writeStringField("path", http.path());
    json.writeStringField("method", http.method());
    json.writeObjectFieldStart("headers");
    for (Map.Entry<String, String> header : http.headers().entrySet()) {
      json.writeStringField(header.getKey(), header.getValue());
    }
    json.writeEndObject();
    json.writeStringField("expectedStatus", http.expectedStatus().toString());
    writeIfTold(json, "bodyContains", http.bodyContains());
  }

  private static void writeIfTold(JsonGenerator json, String field, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(field, value);
    }
  }

  /**
   * Reads an array; an absent or null one is empty.
   *
   * @throws InvalidInstanceException naming the field that is wrong, such as {@code
   *     checks[1].path}, or that is none
   */
  public static List<CheckSpec> read(@Nullable JsonNode json) {
    if (json == null || json.isMissingNode() || json.isNull()) {
      return List.of();
    }
    if (!json.isArray()) {
      throw new InvalidInstanceException("checks", "is no array of checks");
    }
    Fields.between("checks", json.size(), 0, CheckLimits.CHECKS_MAX, "checks");
    List<CheckSpec> checks = new ArrayList<>();
    for (JsonNode check : json) {
      try {
        checks.add(readOne(check));
      } catch (InvalidInstanceException invalid) {
        throw invalid.within("checks[" + checks.size() + "]");
      }
    }
    return checks;
  }

  private static CheckSpec readOne(JsonNode json) {
    JsonFields fields = JsonFields.of("", json);
    String type = fields.text("type");
    if (type == null) {
      throw fields.missing("type", "http, tcp or grpc");
    }
    CheckTerms terms = terms(fields);
    CheckSpec check =
        switch (type) {
          case "http" -> http(fields, terms);
          case "tcp" -> new CheckSpec.Tcp(terms);
          case "grpc" -> {
            String service = fields.text("service");
            yield new CheckSpec.Grpc(terms, service == null ? "" : service, tls(fields));
          }
          default -> throw new InvalidInstanceException("type", "is none of http, tcp, grpc");
        };
    fields.refuseOthers();
    return check;
  }

  private static CheckTerms terms(JsonFields fields) {
    String id = fields.text("id");
    if (id == null) {
      throw fields.missing("id", "what to call this check, unique within the instance");
    }
    long intervalSeconds =
        fields.number("intervalSeconds", CheckLimits.INTERVAL_MILLIS_DEFAULT / 1_000);
    Fields.between(
        "intervalSeconds",
        intervalSeconds,
        CheckLimits.INTERVAL_MILLIS_MIN / 1_000,
        CheckLimits.INTERVAL_MILLIS_MAX / 1_000,
        "s");
    long intervalMillis = intervalSeconds * 1_000;
    String initial = fields.text("initial");
    Health health = initial == null ? Health.CRITICAL : Health.find(initial);
    if (health == null) {
      throw new InvalidInstanceException("initial", "is none of passing, warning, critical");
    }
    return new CheckTerms(
        id,
        port(fields.take("port")),
        intervalMillis,
        fields.number(
            "timeoutMillis", Math.min(intervalMillis, CheckLimits.TIMEOUT_MILLIS_DEFAULT)),
        fields.small("healthyThreshold", CheckLimits.HEALTHY_THRESHOLD_DEFAULT),
        fields.small("unhealthyThreshold", CheckLimits.UNHEALTHY_THRESHOLD_DEFAULT),
        health,
        fields.flag("secondOpinion", false));
  }

  private static TargetPort port(@Nullable JsonNode json) {
    if (json == null) {
      return new TargetPort.First();
    }
    if (json.isTextual()) {
      return new TargetPort.Named(json.asText());
    }
    if (json.isIntegralNumber() && json.canConvertToInt()) {
      return new TargetPort.Numbered(json.asInt());
    }
    throw new InvalidInstanceException("port", "neither a number nor the name of a port");
  }

  private static CheckSpec.Http http(JsonFields fields, CheckTerms terms) {
    String scheme = fields.text("scheme");
    String path = fields.text("path");
    String method = fields.text("method");
    String status = fields.text("expectedStatus");
    TlsTerms tls = tls(fields);
    boolean https = "https".equals(scheme);
    if (scheme != null && !https && !scheme.equals("http")) {
      throw new InvalidInstanceException("scheme", "is neither http nor https");
    }
    if (!https && tls != null) {
      throw new InvalidInstanceException(
          "tls",
          "is for https, and the scheme is http"
              + (scheme == null ? ", as always where none is told" : "")
              + ": add \"scheme\":\"https\", or leave it out");
    }
    return new CheckSpec.Http(
        terms,
        path == null ? "/" : path,
        method == null ? "GET" : method,
        headers(fields.take("headers")),
        status == null ? StatusRanges.SUCCESS : StatusRanges.parse(status),
        fields.text("bodyContains"),
        https && tls == null ? TlsTerms.DEFAULT : tls);
  }

  private static SortedMap<String, String> headers(@Nullable JsonNode json) {
    SortedMap<String, String> headers = new TreeMap<>();
    if (json == null) {
      return headers;
    }
    if (!json.isObject()) {
      throw new InvalidInstanceException("headers", "is no object of texts by name");
    }
    for (Map.Entry<String, JsonNode> header : json.properties()) {
      if (!header.getValue().isTextual()) {
        throw new InvalidInstanceException("headers." + header.getKey(), "is no text");
      }
      headers.put(header.getKey(), header.getValue().asText());
    }
    return headers;
  }

  private static @Nullable TlsTerms tls(JsonFields fields) {
    JsonNode json = fields.take("tls");
    if (json == null) {
      return null;
    }
    JsonFields tls = JsonFields.of("tls.", json);
    TlsTerms terms = new TlsTerms(tls.flag("verify", true), tls.text("serverName"), tls.text("ca"));
    tls.refuseOthers();
    return terms;
  }
}
