package dev.muster.probe;

import dev.muster.discovery.Health;
import dev.muster.discovery.check.CheckLimits;
import dev.muster.discovery.check.CheckSpec;
import dev.muster.discovery.check.ProbeResult;
import dev.muster.discovery.check.TlsTerms;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One request over a connection of its own: that the instance takes connections is a part of the
 * answer. No redirect is followed, and no more is read than is needed.
 */
final class HttpProbe {
  private static final int TOO_MANY_REQUESTS = 429;

  /** Of the body of an answer that was not expected: what it says may tell why. */
  private static final int EXCERPT_BYTES_MAX = 256;

  private static final int HEADER_BYTES_MAX = 16 << 10;

  private final Attempt attempt;
  private final CheckSpec.Http spec;

  private HttpProbe(Attempt attempt, CheckSpec.Http spec) {
    this.attempt = attempt;
    this.spec = spec;
  }

  static void run(Attempt attempt, CheckSpec.Http spec, InetAddress judged) {
    new HttpProbe(attempt, spec).run(judged);
  }

  private void run(InetAddress judged) {
    HttpClient client = attempt.vertx().createHttpClient(options());
    attempt.closing(() -> client.close());
    RequestOptions request =
        new RequestOptions()
            .setServer(attempt.socketAddress(judged, attempt.serverName()))
            .setHost(attempt.serverName())
            .setPort(attempt.target().port())
            .setMethod(HttpMethod.valueOf(spec.method()))
            .setURI(spec.path())
            .setFollowRedirects(false);
    client.request(request).onSuccess(this::send).onFailure(attempt::failed);
  }

  private HttpClientOptions options() {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setKeepAlive(false)
            .setMaxPoolSize(1)
            .setConnectTimeout(attempt.timeoutMillis())
            .setMaxHeaderSize(HEADER_BYTES_MAX)
            .setTracingPolicy(TracingPolicy.IGNORE);
    TlsTerms tls = spec.tls();
    if (tls != null) {
      ClientTls.configure(options, tls, attempt.timeoutMillis());
      options.setVerifyHost(tls.verify());
    }
    return options;
  }

  private void send(HttpClientRequest request) {
    attempt.stage("waiting for the answer");
    request.putHeader("user-agent", "muster-check");
    String address = attempt.serverName();
    if (address.indexOf(':') >= 0) {
      request.putHeader("host", "[" + address + "]:" + attempt.target().port()); // RFC 3986, 3.2.2
    }
    for (Map.Entry<String, String> header : spec.headers().entrySet()) {
      request.putHeader(header.getKey(), header.getValue());
    }
    request.exceptionHandler(attempt::failed);
    request.send().onSuccess(this::answered).onFailure(attempt::failed);
  }

  private void answered(HttpClientResponse response) {
    int status = response.statusCode();
    String told = "HTTP " + status + " " + response.statusMessage();
    response.exceptionHandler(attempt::failed);
    if (!spec.expectedStatus().contains(status)) {
      Health health = status == TOO_MANY_REQUESTS ? Health.WARNING : Health.CRITICAL;
      quote(response, health, told);
    } else if (spec.bodyContains() == null) {
      attempt.finish(ProbeResult.passing(told));
    } else {
      attempt.stage(told + ", reading its body");
      search(response, told, spec.bodyContains());
    }
  }

  /** The verdict is clear; what the body begins with is worth telling if it comes in time. */
  private void quote(HttpClientResponse response, Health health, String told) {
    attempt.known(new ProbeResult.Found(health, told));
    ByteArrayOutputStream excerpt = new ByteArrayOutputStream();
    Runnable end =
        () ->
            attempt.finish(
                new ProbeResult.Found(
                    health,
                    excerpt.size() == 0
                        ? told
                        : told + ": " + excerpt.toString(StandardCharsets.UTF_8).strip()));
    response.handler(
        chunk -> {
          int length = Math.min(chunk.length(), EXCERPT_BYTES_MAX - excerpt.size());
          excerpt.writeBytes(chunk.getBytes(0, length));
          if (excerpt.size() == EXCERPT_BYTES_MAX) {
            end.run();
          }
        });
    response.endHandler(ended -> end.run());
  }

  private void search(HttpClientResponse response, String told, String text) {
    TextSearch search = new TextSearch(text.getBytes(StandardCharsets.UTF_8));
    response.handler(
        chunk -> {
          if (search.found(chunk.getBytes(), CheckLimits.BODY_BYTES_MAX)) {
            attempt.finish(ProbeResult.passing(told));
          } else if (search.searched() >= CheckLimits.BODY_BYTES_MAX) {
            attempt.finish(
                ProbeResult.critical(
                    told
                        + ", but the first "
                        + (CheckLimits.BODY_BYTES_MAX >> 10)
                        + " KiB of its body lack the text that is expected"));
          }
        });
    response.endHandler(
        ended ->
            attempt.finish(
                ProbeResult.critical(told + ", but its body lacks the text that is expected")));
  }
}
