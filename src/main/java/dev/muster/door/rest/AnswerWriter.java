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
      if (answer.stream() != null && !response.ended()) {
        answer.stream().accept(context); // it sees that, and gives back what it holds
      }
      return;
    }
    HttpServerRequest request = context.request();
    putHead(response, answer);
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
    } else if (request.method() == HttpMethod.HEAD) {
      response.putHeader(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length()));
      response.end();
    } else {
      response.end(body);
    }
    if (closing) {
      closeSoon(context);
    }
  }

  /** Long enough for the client to read the answer before it is told that nobody listens. */
  private static final long CLOSE_MILLIS = 200;

  private static boolean leavesBodyUnread(HttpServerRequest request, Answer answer) {
    return answer.status() == Code.BODY_TOO_LARGE.status()
        || answer.status() == Code.BODY_TIMEOUT.status()
        || Gate.isChunked(request);
  }

  private static void putHead(HttpServerResponse response, Answer answer) {
    response.setStatusCode(answer.status());
    if (answer.revision() >= 0) {
      response.putHeader(REVISION, Long.toString(answer.revision()));
    }
    if (answer.etag() >= 0) {
      response.putHeader(HttpHeaderNames.ETAG, EntityTag.text(answer.etag()));
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
