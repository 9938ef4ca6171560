package dev.muster.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One request to one server, without a thread that waits for it. */
final class Http {
  private final HttpClient client;
  private final Timer timer;
  private final String clientName;

  Http(Executor executor, Timer timer, long connectTimeoutMillis, String clientName) {
    this.timer = timer;
    this.clientName = clientName;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(connectTimeoutMillis))
            .executor(executor)
            .build();
  }

  /**
   * Sends it. Cancelling the future ends the request.
   *
   * @param timeoutMillis until the whole answer is here
   */
  CompletableFuture<Answer> send(URI server, Call call, long minRevision, long timeoutMillis) {
    try {
      return exchange(server, call, minRevision, timeoutMillis);
    } catch (RuntimeException notEvenSent) {
      return CompletableFuture.failedFuture(notEvenSent);
    }
  }

  private CompletableFuture<Answer> exchange(
      URI server, Call call, long minRevision, long timeoutMillis) {
    byte[] body = call.body();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + "/api/v1/" + call.path()))
            .method(
                call.method(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    call.headers().forEach(request::setHeader);
    if (call.isRead()) {
      request.setHeader("Muster-Min-Revision", Long.toString(minRevision));
      // By it the servers know who has been told of what, whichever of them is asked.
      request.setHeader("Muster-Client", clientName);
    }
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request.build(), LimitedBody.handler(Limits.ANSWER_BYTES_MAX));
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    // The request's own time-out would end with the head of the answer.
    Timer.Task timeout =
        timer.after(
            timeoutMillis,
            () ->
                answer.completeExceptionally(
                    new HttpTimeoutException("no answer within " + timeoutMillis + " ms")));
    var unused =
        exchange.whenComplete(
            (response, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(Futures.cause(failure));
              } else {
                answer.complete(
                    new Answer(
                        server, response.statusCode(), response.headers(), response.body(), false));
              }
            });
    var unusedAfter =
        answer.whenComplete(
            (ignored, failure) -> {
              timeout.cancel();
              exchange.cancel(true);
            });
    return answer;
  }

  /** Whether the failure says that the server has not seen the request. */
  static boolean isUnsent(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof HttpConnectTimeoutException
          || cause instanceof UnresolvedAddressException
          || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  /** Whether the connection ended before the answer came; not that there was none in time. */
  static boolean isBroken(@Nullable Throwable failure) {
    return failure instanceof IOException
        && !(failure instanceof HttpTimeoutException)
        && !isUnsent(failure);
  }
}
