package dev.muster.door.rest;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AttributeKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.List;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes an {@link Answer} straight to the connection: contents are not copied and no second set of
 * headers is built.
 */
@Provider
public class AnswerWriter implements ServerMessageBodyWriter<Answer> {
  public static final String REVISION = "Muster-Revision";

  private static final AttributeKey<Boolean> CLOSING =
      AttributeKey.valueOf(AnswerWriter.class, "closing");

  @Override
  public boolean isWriteable(
      Class<?> type,
      @Nullable Type genericType,
      @Nullable ResteasyReactiveResourceInfo target,
      @Nullable MediaType mediaType) {
    return type == Answer.class;
  }

  @Override
  public boolean isWriteable(
      Class<?> type,
      @Nullable Type genericType,
      Annotation @Nullable [] annotations,
      @Nullable MediaType mediaType) {
    return type == Answer.class;
  }

  @Override
  public void writeResponse(Answer answer, Type genericType, ServerRequestContext context) {
    // Else the framework would put its own status and headers on top.
    context.serverResponse().setPreCommitListener(null);
    write(((VertxResteasyReactiveRequestContext) context).getContext(), answer);
  }

  @Override
  public void writeTo(
      Answer answer,
      Class<?> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> httpHeaders,
      OutputStream entityStream) {
    throw new UnsupportedOperationException("answers are written by writeResponse only");
  }

  /** Sends an answer to what is being thrown away: the connection is closed after it. */
  static void writeAndFlush(RoutingContext context, Answer answer) {
    if (context.response().headWritten()) {
      return; // the end of the connection is told too, after its failure
    }
    putClose(context);
    write(context, answer);
    // While Vert.x reads, it keeps what is written until it has read; here it closes before that.
    if (context.request().connection() instanceof ConnectionBase connection) {
      connection.channel().flush();
    }
  }

  /** Sends an answer, and closes the connection when the client has had time to read it. */
  static void writeAndClose(RoutingContext context, Answer answer) {
    putClose(context);
    write(context, answer);
    closeSoon(context);
  }

  /** Tells the client that the connection ends, and has nothing more done that comes on it. */
  private static void putClose(RoutingContext context) {
    context.response().putHeader(HttpHeaderNames.CONNECTION, "close");
    // Vert.x does not go by that header: it would answer what is pipelined until it is closed.
    // Requests of HTTP/2 are apart from each other.
    if (context.request().version() != HttpVersion.HTTP_2
        && context.request().connection() instanceof ConnectionBase connection) {
      connection.channel().attr(CLOSING).set(true);
    }
  }

  /** Whether the connection's last answer has been given: what comes now is not to be done. */
  static boolean isClosing(HttpServerRequest request) {
    return request.version() != HttpVersion.HTTP_2
        && request.connection() instanceof ConnectionBase connection
        && isClosing(connection.channel());
  }

  static boolean isClosing(Channel channel) {
    return channel.hasAttr(CLOSING);
  }

  private static void closeSoon(RoutingContext context) {
    HttpConnection connection = context.request().connection();
    context.vertx().setTimer(CLOSE_MILLIS, fired -> connection.close());
  }

  /** Sends an answer; whatever the client has not sent of its body by now is not read. */
  static void write(RoutingContext context, Answer answer) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    HttpServerRequest request = context.request();
    putHead(context, answer);
    if (answer.stream() != null) {
      answer.stream().accept(context);
      return;
    }
    boolean closing = !request.isEnded() && leavesBodyUnread(request, answer);
    if (closing) {
      putClose(context);
    } else if (!request.isEnded()) {
      request.resume();
    }
    Buffer body = answer.body();
    if (body == null) {
      response.end();
    } else if (Coding.isCompressible(answer.contentType(), body.length())) {
      response.putHeader(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
      if (Coding.acceptsGzip(request)) {
        compress(context, answer, body);
      } else {
        end(context, body);
      }
    } else {
      end(context, body);
    }
    if (closing) {
      closeSoon(context);
    }
  }

  private static void end(RoutingContext context, Buffer body) {
    HttpServerResponse response = context.response();
    if (context.request().method() == HttpMethod.HEAD) {
      response.putHeader(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length()));
      response.end();
    } else {
      response.end(body);
    }
  }

  /** Compresses the body unless it was before: here, or on a worker if it is large. */
  private static void compress(RoutingContext context, Answer answer, Buffer body) {
    byte[] shared = answer.shared() == null ? null : answer.shared().array();
    byte[] kept = shared == null ? null : Compressed.find(shared);
    if (kept != null) {
      endCompressed(context, answer, Buffer.buffer(kept));
    } else if (context.request().method() == HttpMethod.HEAD) {
      // How long it would be is not worth finding out; HEAD need not say.
      putCompressed(context, answer);
      context.response().end();
    } else if (body.length() <= Workers.AT_ONCE_BYTES_MAX) {
      endCompressed(context, answer, Buffer.buffer(compress(body, shared)));
    } else {
      context
          .vertx()
          .executeBlocking(() -> compress(body, shared), false)
          .onComplete(
              done -> {
                if (context.response().closed()) {
                  return;
                }
                if (done.succeeded()) {
                  endCompressed(context, answer, Buffer.buffer(done.result()));
                } else {
                  end(context, body);
                }
              });
    }
  }

  private static byte[] compress(Buffer body, byte @Nullable [] shared) {
    byte[] compressed = Coding.gzip(body.getBytes());
    if (shared != null) {
      Compressed.keep(shared, compressed);
    }
    return compressed;
  }

  private static void endCompressed(RoutingContext context, Answer answer, Buffer compressed) {
    putCompressed(context, answer);
    end(context, compressed);
  }

  private static void putCompressed(RoutingContext context, Answer answer) {
    HttpServerResponse response = context.response();
    response.putHeader(HttpHeaderNames.CONTENT_ENCODING, Coding.GZIP);
    if (answer.etag() >= 0) {
      response.putHeader(HttpHeaderNames.ETAG, EntityTag.gzipText(answer.etag()));
    }
  }

  /** Long enough for the client to read the answer before it is told that nobody listens. */
  private static final long CLOSE_MILLIS = 200;

  private static boolean leavesBodyUnread(HttpServerRequest request, Answer answer) {
    return answer.status() == Code.BODY_TOO_LARGE.status()
        || answer.status() == Code.BODY_TIMEOUT.status()
        || Gate.isChunked(request);
  }

  private static void putHead(RoutingContext context, Answer answer) {
    HttpServerResponse response = context.response();
    response.setStatusCode(answer.status());
    if (answer.revision() >= 0) {
      response.putHeader(REVISION, Long.toString(answer.revision()));
    }
    if (answer.etag() >= 0) {
      boolean isKnown = answer.status() == 304;
      response.putHeader(
          HttpHeaderNames.ETAG,
          isKnown ? EntityTag.known(context, answer.etag()) : EntityTag.text(answer.etag()));
      if (isKnown) {
        response.putHeader(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
      }
    }
    String contentType = answer.contentType();
    if (contentType != null) {
      response.putHeader(HttpHeaderNames.CONTENT_TYPE, contentType);
    }
    List<String> headers = answer.headers();
    for (int i = 0; i + 1 < headers.size(); i += 2) {
      response.putHeader(headers.get(i), headers.get(i + 1));
    }
  }
}
