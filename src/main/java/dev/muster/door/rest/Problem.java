package dev.muster.door.rest;

import dev.muster.core.State;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request that cannot be answered as asked: becomes an {@code application/problem+json} answer.
 * Part of the door's ordinary work, so it carries no stack trace.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final transient Map<String, Object> members = new LinkedHashMap<>();
  private final transient Map<String, String> headers = new LinkedHashMap<>();
  private int status;
  private long revision = -1;

  /**
   * Makes a problem.
   *
   * @param detail for people: what was wrong and what would be right
   */
  public Problem(Code code, String detail) {
    super(detail, null, false, false);
    this.code = code;
    this.status = code.status();
  }

  /** With a further member in the body. */
  public Problem with(String member, Object value) {
    members.put(member, value);
    return this;
  }

  /** With a further header. */
  public Problem header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Found in a state: the answer tells its revision. */
  public Problem at(State state) {
    revision = state.revision();
    return this;
  }

  /** With another status than the code's own. */
  Problem status(int newStatus) {
    status = newStatus;
    return this;
  }

  public Code code() {
    return code;
  }

  public int status() {
    return status;
  }

  long revision() {
    return revision;
  }

  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  Map<String, Object> members() {
    return members;
  }

  Map<String, String> headers() {
    return headers;
  }
}
