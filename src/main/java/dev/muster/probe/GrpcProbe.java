package dev.muster.probe;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.muster.discovery.check.CheckSpec;
import dev.muster.discovery.check.ProbeResult;
import dev.muster.discovery.check.TlsTerms;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code grpc.health.v1.Health/Check}, see
 * https://github.com/grpc/grpc/blob/master/doc/health-checking.md. Its two messages have one field
 * each, so that they are written and read without generated classes.
 */
final class GrpcProbe {
  private static final ServiceName HEALTH = ServiceName.create("grpc.health.v1.Health");
  private static final int FIELD = 1;
  private static final int SERVING = 1;
  private static final String[] STATUSES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

  private static final int MESSAGE_BYTES_MAX = 1 << 10;

  private final Attempt attempt;
  private final CheckSpec.Grpc spec;

  /** Of one event loop. */
  private byte @Nullable [] answer;

  private GrpcProbe(Attempt attempt, CheckSpec.Grpc spec) {
    this.attempt = attempt;
    this.spec = spec;
  }

  static void run(Attempt attempt, CheckSpec.Grpc spec, InetAddress judged) {
    new GrpcProbe(attempt, spec).run(judged);
  }

  private void run(InetAddress judged) {
    GrpcClient client =
        GrpcClient.client(
            attempt.vertx(),
            new GrpcClientOptions()
                .setMaxMessageSize(MESSAGE_BYTES_MAX)
                .setTransportOptions(transport()));
    attempt.closing(() -> client.close());
    client
        .request(attempt.socketAddress(judged, attempt.serverName()))
        .onSuccess(this::send)
        .onFailure(attempt::failed);
  }

  private HttpClientOptions transport() {
    TlsTerms tls = spec.tls();
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2MaxPoolSize(1)
            .setConnectTimeout(attempt.timeoutMillis())
            .setTracingPolicy(TracingPolicy.IGNORE);
    if (tls != null) {
      ClientTls.configure(options, tls, attempt.timeoutMillis());
      options.setUseAlpn(true).setVerifyHost(tls.verify());
    }
    return options;
  }

  private void send(GrpcClientRequest<Buffer, Buffer> request) {
    attempt.stage("waiting for the answer");
    request.serviceName(HEALTH).methodName("Check");
    request.exceptionHandler(attempt::failed);
    request.response().onSuccess(this::answered).onFailure(attempt::failed);
    request.end(Buffer.buffer(question(spec.service()))).onFailure(attempt::failed);
  }

  private void answered(GrpcClientResponse<Buffer, Buffer> response) {
    response.exceptionHandler(attempt::failed);
    response.errorHandler(
        error -> attempt.finish(ProbeResult.critical("gRPC error " + error.name())));
    response.invalidMessageHandler(attempt::failed);
    response.handler(this::told);
    response.endHandler(ended -> attempt.finish(judge(response)));
  }

  private void told(Buffer message) {
    if (answer != null) {
      attempt.finish(ProbeResult.critical("more than one message came, maybe without end"));
    }
    answer = message.getBytes();
  }

  private ProbeResult judge(GrpcClientResponse<Buffer, Buffer> response) {
    GrpcStatus status = response.status();
    if (status == null) {
      return ProbeResult.critical("the answer has no gRPC status");
    }
    if (status != GrpcStatus.OK) {
      String told = response.statusMessage();
      return ProbeResult.critical(
          "gRPC status " + status.name() + (told == null || told.isEmpty() ? "" : ": " + told));
    }
    try {
      int serving = answer == null ? 0 : status(answer);
      String name =
          serving >= 0 && serving < STATUSES.length
              ? STATUSES[serving]
              : "unknown status " + serving;
      return serving == SERVING ? ProbeResult.passing(name) : ProbeResult.critical(name);
    } catch (IOException malformed) {
      return ProbeResult.critical("the answer is no HealthCheckResponse");
    }
  }

  /** {@code message HealthCheckRequest { string service = 1; }} */
  private static byte[] question(String service) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream message = CodedOutputStream.newInstance(bytes);
      if (!service.isEmpty()) {
        message.writeString(FIELD, service);
      }
      message.flush();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return bytes.toByteArray();
  }

  /** {@code message HealthCheckResponse { ServingStatus status = 1; }} */
  private static int status(byte[] bytes) throws IOException {
    CodedInputStream message = CodedInputStream.newInstance(bytes);
    int status = 0;
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      if (tag == (FIELD << 3 | WireFormat.WIRETYPE_VARINT)) {
        status = message.readEnum();
      } else if (!message.skipField(tag)) {
        throw new IOException("no field");
      }
    }
    return status;
  }
}
