package dev.muster.door.rest;

import dev.muster.core.InvalidPathException;
import dev.muster.core.LimitExceededException;
import dev.muster.core.Refusal;
import dev.muster.core.Reply;
import dev.muster.ledger.UnavailableException;
import dev.muster.watch.TooManyWaitersException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** The one place that turns failures into problems, and problems into answers. */
public final class Problems {
  private static final Logger LOG = Logger.getLogger(Problems.class);

  private Problems() {}

  /** This door's table: what the state refused, in the words of HTTP. */
  public static Code code(Refusal why) {
    return switch (why) {
      case NODE_EXISTS -> Code.ALREADY_EXISTS;
      case NO_NODE -> Code.UNKNOWN_NODE;
      case NO_PARENT -> Code.NO_PARENT;
      case NOT_EMPTY -> Code.NOT_EMPTY;
      case VERSION_CONFLICT -> Code.VERSION_CONFLICT;
      case REVISION_CONFLICT, SUBTREE_CHANGED -> Code.REVISION_CONFLICT;
      case NO_SESSION -> Code.UNKNOWN_SESSION;
      case SESSION_EXISTS -> Code.SESSION_EXISTS;
      case EPHEMERAL_PARENT -> Code.EPHEMERAL_PARENT;
      case ROOT -> Code.PROTECTED_PATH;
      case DATA_BUDGET -> Code.DATA_BUDGET_EXCEEDED;
      case SUBTREE_TOO_LARGE -> Code.SUBTREE_TOO_LARGE;
      case TOO_MANY_EPHEMERALS -> Code.TOO_MANY_EPHEMERALS;
      case TOO_MANY_SESSIONS -> Code.TOO_MANY_SESSIONS;
      case PATH_TOO_LONG -> Code.LIMIT_EXCEEDED;
    };
  }

  /** A refusal as a problem. */
  public static Problem of(Reply.Refused refused) {
    return of(code(refused.why()), refused);
  }

  /** A refusal under the code that a resource knows it by, such as {@code unknown-item}. */
  public static Problem of(Code code, Reply.Refused refused) {
    Problem problem = new Problem(code, refused.detail());
    return refused.actual() < 0 ? problem : problem.with("actual", refused.actual());
  }

  /** Any failure as a problem. What nobody expected is logged with the id that the client sees. */
  public static Problem of(Throwable failure) {
    Throwable error = failure;
    while (error instanceof CompletionException && error.getCause() != null) {
      error = error.getCause();
    }
    if (error instanceof Problem problem) {
      return problem;
    }
    if (error instanceof LimitExceededException limit) {
      return exceeded(limit);
    }
    if (error instanceof InvalidPathException path) {
      return new Problem(Code.INVALID_PATH, String.valueOf(path.getMessage()));
    }
    if (error instanceof UnavailableException unavailable) {
      return new Problem(Code.UNAVAILABLE, String.valueOf(unavailable.getMessage()))
          .with("outcome", unavailable.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .header("Retry-After", "1");
    }
    if (error instanceof TooManyWaitersException waiters) {
      return new Problem(Code.TOO_MANY_WATCHERS, String.valueOf(waiters.getMessage()))
          .with("max", waiters.waitersMax())
          .header("Retry-After", "1");
    }
    Problem ofService = ServiceProblems.of(error);
    if (ofService != null) {
      return ofService;
    }
    String id = UUID.randomUUID().toString();
    LOG.errorf(error, "Unexpected failure of a request, id %s", id);
    return new Problem(Code.INTERNAL_ERROR, "an unexpected error; its id is in this node's log")
        .with("id", id);
  }

  private static Problem exceeded(LimitExceededException limit) {
    Problem problem =
        new Problem(Code.LIMIT_EXCEEDED, String.valueOf(limit.getMessage()))
            .with("limit", limit.limit())
            .with("value", limit.value())
            .with("max", limit.max());
    if (limit.min() > 0) {
      problem.with("min", limit.min());
    }
    return isSize(limit.limit()) ? problem.status(Code.BODY_TOO_LARGE.status()) : problem;
  }

  /** Whether the limit is one of how much was sent, rather than of a value within it. */
  private static boolean isSize(String limit) {
    return limit.equals("node.data") || limit.equals("transaction.bytes");
  }

  /** A problem as an answer. */
  public static Answer answer(Problem problem) {
    Answer answer =
        Answer.of(problem.status()).withJson(Answer.PROBLEM_JSON, Json.encode(json(problem)));
    for (Map.Entry<String, String> header : problem.headers().entrySet()) {
      answer = answer.withHeader(header.getKey(), header.getValue());
    }
    return problem.revision() < 0 ? answer : answer.withRevision(problem.revision());
  }

  /** A problem as the members of its JSON. */
  static Map<String, Object> json(Problem problem) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", problem.code().title());
    body.put("status", problem.status());
    body.put("code", problem.code().text());
    body.put("detail", problem.detail());
    body.putAll(problem.members());
    return body;
  }
}
