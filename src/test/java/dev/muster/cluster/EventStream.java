package dev.muster.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A stream of server-sent events, as the HTML standard says it is read. One thread at a time. */
final class EventStream implements AutoCloseable {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(8);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private final InputStream body;
  private final BufferedReader lines;
  private String id = "";

  /**
   * One event.
   *
   * @param id of this event, or of the last one before it that had one
   */
  record Event(String id, String type, String data) {}

  /** The stream was refused. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    final int status;

    RefusedException(int status, String body) {
      super(status + " " + body);
      this.status = status;
    }
  }

  /**
   * Opens a stream.
   *
   * @param lastEventId resumes after it; null to begin
   */
  EventStream(URI uri, String lastEventId) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "text/event-stream")
            .timeout(ANSWER_WITHIN); // of its head; the stream itself may last
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    try {
      HttpResponse<InputStream> response = HTTP.send(request.build(), BodyHandlers.ofInputStream());
      body = response.body();
      if (response.statusCode() != 200) {
        try (body) {
          throw new RefusedException(
              response.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  /** The next event; null once the other side has ended the stream. */
  Event next() throws IOException {
    String type = "message";
    StringBuilder data = new StringBuilder();
    boolean any = false;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (any) {
          return new Event(id, type, data.toString());
        }
        continue;
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (field) {
        case "id" -> id = value;
        case "event" -> {
          type = value;
          any = true;
        }
        case "data" -> {
          data.append(data.length() == 0 ? "" : "\n").append(value);
          any = true;
        }
        default -> {
          // comments and what the standard does not know are ignored
        }
      }
    }
    return null;
  }

  /** Ends it; from any thread, even while another one waits for an event. */
  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      // it was on its way to its end anyhow
    }
  }
}
