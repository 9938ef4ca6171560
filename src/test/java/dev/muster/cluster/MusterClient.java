package dev.muster.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * Sends one request to one node and says what came back. It never repeats a request, since that
 * would be a second operation.
 */
public final class MusterClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final Duration timeout;

  public MusterClient(Duration timeout) {
    this.timeout = timeout;
  }

  /** An answer of a node, of any status. */
  public record Answer(URI node, int status, HttpHeaders headers, String text) {

    /** The revision of the state it was made from; -1 if it does not say. */
    public long revision() {
      return headers.firstValueAsLong("Muster-Revision").orElse(-1);
    }

    public String etag() {
      return headers.firstValue("ETag").orElse(null);
    }

    /** The revision in the ETag: when the content was modified. */
    public long modifiedRevision() {
      String etag = etag();
      if (etag == null || !etag.matches("\"\\d+\"")) {
        throw new AssertionError("the ETag is no revision in quotes: " + this);
      }
      return Long.parseLong(etag.substring(1, etag.length() - 1));
    }

    public JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (JsonProcessingException e) {
        throw new AssertionError("not JSON: " + this, e);
      }
    }

    /** The code of a problem; empty for anything else. */
    public String code() {
      boolean problem =
          headers.firstValue("Content-Type").orElse("").startsWith("application/problem+json");
      return problem ? json().path("code").asText() : "";
    }

    /** Itself, if it has this status. */
    public Answer expect(int... statuses) {
      for (int expected : statuses) {
        if (status == expected) {
          return this;
        }
      }
      throw new AssertionError("unexpected: " + this);
    }

    @Override
    public String toString() {
      return status + " of " + node + " " + headers.map() + " " + text;
    }
  }

  public Answer get(URI node, String path, String... headers) throws IOException {
    return send(node, "GET", path, null, headers);
  }

  public Answer put(URI node, String path, String body, String... headers) throws IOException {
    return send(node, "PUT", path, body, headers);
  }

  public Answer delete(URI node, String path, String... headers) throws IOException {
    return send(node, "DELETE", path, null, headers);
  }

  public Answer putJson(URI node, String path, Map<String, ?> body) throws IOException {
    return put(node, path, JSON.writeValueAsString(body), "Content-Type", "application/json");
  }

  /**
   * Sends a request and waits for the whole answer.
   *
   * @throws java.net.ConnectException if nobody listened, so that nothing can have happened
   * @throws IOException if no answer came in time or the connection broke: it may have happened
   */
  public Answer send(URI node, String method, String path, String body, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve(path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .timeout(timeout);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(node, response.statusCode(), response.headers(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
