package dev.muster.door.rest;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.util.List;
import java.util.UUID;

/**
 * Reads requests of HTTP/1, and does not let go what cannot be read: Vert.x would answer that with
 * a bare status before any handler of ours sees it. Here it becomes a request that {@link Gate}
 * answers with a problem, in its turn after those before it; what follows it on the connection is
 * thrown away.
 *
 * <p>A body whose length is told both ways, or in another coding than plain chunks, is not read
 * either. Netty would go on by its own idea of where the body ends, and a proxy before us that had
 * another would see the next request begin elsewhere. Nor is a request with two hosts (RFC 9112,
 * 3.2), for a proxy may have gone by the other.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  /**
   * The header that stands in a request that takes the place of an unreadable one: the name of the
   * {@link Code}. Its name is another one in each process, so that no client can send it.
   */
  static final String UNREADABLE = "Muster-Unreadable-" + UUID.randomUUID();

  StrictRequestDecoder(HttpServerOptions options) {
    super(options);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (AnswerWriter.isClosing(context.channel())) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int before = out.size();
    super.decode(context, in, out);
    int last = out.size() - 1;
    if (last >= before
        && out.get(last) instanceof HttpRequest request
        && request.decoderResult().isFailure()) {
      out.set(last, inPlaceOf(request));
      out.add(LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  /** Netty asks this when it has read the headers, before it decides how to read the body. */
  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    HttpHeaders headers = message.headers();
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty()) {
      boolean plainChunks =
          codings.size() == 1
              && codings.get(0).equalsIgnoreCase(HttpHeaderValues.CHUNKED.toString())
              && message.protocolVersion().equals(HttpVersion.HTTP_1_1)
              && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
      if (!plainChunks) {
        throw new RefusedException(Code.AMBIGUOUS_LENGTH);
      }
    }
    if (headers.getAll(HttpHeaderNames.HOST).size() > 1) {
      throw new RefusedException(Code.INVALID_HEADER);
    }
    return super.isContentAlwaysEmpty(message);
  }

  private static HttpRequest inPlaceOf(HttpRequest request) {
    HttpMethod method = request.method().equals(HttpMethod.HEAD) ? HttpMethod.HEAD : HttpMethod.GET;
    HeadersMultiMap headers = HeadersMultiMap.httpHeaders();
    headers.set(HttpHeaderNames.HOST, "unknown");
    headers.set(UNREADABLE, why(request).name());
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/", headers);
  }

  private static Code why(HttpRequest request) {
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      return Code.URI_TOO_LONG;
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Code.HEADERS_TOO_LARGE;
    }
    if (cause instanceof RefusedException refused) {
      return refused.code;
    }
    List<String> lengths = request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
    return lengths.size() > 1 || lengths.stream().anyMatch(length -> Numbers.whole(length) < 0)
        ? Code.INVALID_CONTENT_LENGTH
        : Code.MALFORMED_REQUEST;
  }

  private static final class RefusedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    RefusedException(Code code) {
      this.code = code;
    }
  }
}
