package dev.muster.door.rest;

import dev.muster.core.Bytes;
import dev.muster.core.State;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a resource answers. Immutable; the parts are made with {@code with...} methods.
 *
 * @param revision of the state that the answer was made from; -1 where it was made from none
 * @param etag a revision; -1 for none
 * @param headers further headers: name, value, name, value ...
 * @param body absent for answers without one
 * @param shared what the body is made of, if other answers are made of the very same bytes
 * @param stream takes the response over once its head is prepared; absent for ordinary answers
 */
public record Answer(
    int status,
    long revision,
    long etag,
    @Nullable String contentType,
    List<String> headers,
    @Nullable Buffer body,
    @Nullable Bytes shared,
    @Nullable Consumer<RoutingContext> stream) {
  public static final String JSON = "application/json";
  public static final String PROBLEM_JSON = "application/problem+json";

  /** Made from no state. */
  public static Answer of(int status) {
    return new Answer(status, -1, -1, null, List.of(), null, null, null);
  }

  /** Made from a state. */
  public static Answer of(int status, State state) {
    return of(status).withRevision(state.revision());
  }

  public Answer withRevision(long newRevision) {
    return new Answer(status, newRevision, etag, contentType, headers, body, shared, stream);
  }

  public Answer withEtag(long newEtag) {
    return new Answer(status, revision, newEtag, contentType, headers, body, shared, stream);
  }

  public Answer withHeader(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name);
    more.add(value);
    return new Answer(status, revision, etag, contentType, List.copyOf(more), body, shared, stream);
  }

  public Answer withBody(String newContentType, Buffer newBody) {
    return with(newContentType, newBody, null);
  }

  private Answer with(String newContentType, Buffer newBody, @Nullable Bytes newShared) {
    return new Answer(status, revision, etag, newContentType, headers, newBody, newShared, stream);
  }

  /** With a JSON body that was encoded already, for many answers; the array is not copied. */
  public Answer withJson(byte[] json) {
    return with(JSON, line(json), Bytes.wrap(json));
  }

  /** JSON ends with a line end, as text does: a terminal's prompt stands on a line of its own. */
  Answer withJson(String type, byte[] json) {
    return withBody(type, line(json));
  }

  @SuppressWarnings("deprecation") // as in wrap
  private static Buffer line(byte[] json) {
    return Buffer.buffer(Unpooled.wrappedBuffer(json, LINE_END));
  }

  /** With a record or map as JSON. */
  public Answer withJson(Object value) {
    return withJson(JSON, Json.encode(value));
  }

  /**
   * With the content of a node, not copied. Such contents come from users: a browser must neither
   * guess their type nor run what is in them.
   */
  public Answer withContent(String newContentType, Bytes content) {
    return new Answer(
        status,
        revision,
        etag,
        newContentType,
        headers.isEmpty() ? CONTENT_HEADERS : plus(CONTENT_HEADERS, headers),
        wrap(content.array()),
        content,
        stream);
  }

  Answer withStream(String newContentType, Consumer<RoutingContext> newStream) {
    return new Answer(status, revision, etag, newContentType, headers, null, null, newStream);
  }

  private static final byte[] LINE_END = {'\n'};

  private static final List<String> CONTENT_HEADERS =
      List.of("X-Content-Type-Options", "nosniff", "Content-Security-Policy", "sandbox");

  private static List<String> plus(List<String> some, List<String> others) {
    List<String> all = new ArrayList<>(some);
    all.addAll(others);
    return List.copyOf(all);
  }

  @SuppressWarnings("deprecation") // the only public way to a Buffer that does not copy
  private static Buffer wrap(byte[] bytes) {
    return Buffer.buffer(Unpooled.wrappedBuffer(bytes));
  }
}
