package dev.muster.door.rest;

import dev.muster.config.Namespaces;
import dev.muster.config.Outcome;
import dev.muster.config.Precondition;
import dev.muster.config.Publication;
import dev.muster.core.State;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;

/** What the resources of the config service share: its words in those of HTTP. */
final class ConfigProblems {
  static final String AUTHOR = "author";
  static final String MESSAGE = "message";
  static final Set<String> WRITE_PARAMETERS = Set.of(AUTHOR, MESSAGE);

  private ConfigProblems() {}

  static Problem of(Outcome.Refused refused) {
    Problem problem = new Problem(code(refused.reason()), refused.detail());
    refused.facts().forEach(problem::with);
    return refused.actual() < 0 ? problem : problem.with("actual", refused.actual());
  }

  /** Of one item among several. */
  static Problem of(Outcome.Refused refused, String item) {
    return of(new Outcome.Refused(
            refused.reason(), item + ": " + refused.detail(), refused.actual(), refused.facts()))
        .with("item", item);
  }

  private static Code code(Outcome.Reason reason) {
    return switch (reason) {
      case UNKNOWN_NAMESPACE -> Code.UNKNOWN_NAMESPACE;
      case UNKNOWN_ITEM -> Code.UNKNOWN_ITEM;
      case UNKNOWN_RELEASE -> Code.UNKNOWN_RELEASE;
      case UNKNOWN_SCHEMA -> Code.UNKNOWN_SCHEMA;
      case UNKNOWN_PROPERTY -> Code.UNKNOWN_PROPERTY;
      case INVALID_CONTENT -> Code.INVALID_CONTENT;
      case SCHEMA_VIOLATION -> Code.SCHEMA_VIOLATION;
      case INVALID_SCHEMA -> Code.INVALID_SCHEMA;
      case ITEMS_VIOLATE_SCHEMA -> Code.ITEMS_VIOLATE_SCHEMA;
      case INVALID_PATCH -> Code.INVALID_JSON;
      case UNSUPPORTED_FORMAT -> Code.UNSUPPORTED_FORMAT;
      case INAPPLICABLE_CHANGE -> Code.INAPPLICABLE_CHANGE;
      case ALREADY_EXISTS -> Code.ALREADY_EXISTS;
      case REVISION_CONFLICT -> Code.REVISION_CONFLICT;
      case NAMESPACE_NOT_EMPTY -> Code.NAMESPACE_NOT_EMPTY;
      case NAMESPACE_NOT_GONE -> Code.NAMESPACE_NOT_GONE;
      case SUBTREE_TOO_LARGE -> Code.SUBTREE_TOO_LARGE;
      case DATA_BUDGET -> Code.DATA_BUDGET_EXCEEDED;
      case CONTENTION -> Code.CONTENTION;
    };
  }

  /** Who writes, and why: {@code ?author=} and {@code ?message=}. */
  static Publication publication(Query query) {
    return new Publication(query.text(AUTHOR, ""), query.text(MESSAGE, "")).checked();
  }

  /** The write's condition, from its headers. */
  static Precondition precondition(RoutingContext context) {
    EntityTag.Condition condition = EntityTag.condition(context);
    if (condition instanceof EntityTag.Condition.Absent) {
      return new Precondition.Absent();
    }
    if (condition instanceof EntityTag.Condition.Present) {
      return new Precondition.Present();
    }
    if (condition instanceof EntityTag.Condition.Revision revision) {
      return new Precondition.Modified(revision.revision());
    }
    return new Precondition.None();
  }

  /** The namespace that a path names, {@code /api/v1/namespaces/{namespace}/...}. */
  static String namespace(RequestPath path) {
    String name = path.segment(3);
    if (!Namespaces.isName(name)) {
      throw new Problem(Code.INVALID_NAME, "the name of a namespace is " + Namespaces.NAME_RULE);
    }
    return name;
  }

  /** Demands that the namespace exists. */
  static void demand(State state, String namespace) {
    if (!Namespaces.exists(state, namespace)) {
      throw unknownNamespace(namespace).at(state);
    }
  }

  static Problem unknownNamespace(String namespace) {
    return new Problem(
        Code.UNKNOWN_NAMESPACE, "there is no namespace '" + namespace + "'; create it first");
  }

  static int status(Outcome.Written written) {
    return written.effect() == Outcome.Effect.CREATED ? 201 : 200;
  }

  /** {@code created}, {@code replaced} or {@code unchanged}. */
  static String result(Outcome.Written written) {
    return written.effect().name().toLowerCase(Locale.ROOT);
  }

  /** The answer to a deletion. */
  static Answer deleted(Outcome outcome, String name) {
    if (outcome instanceof Outcome.Refused refused) {
      throw of(refused);
    }
    long revision = ((Outcome.Deleted) outcome).revision();
    return Answer.of(200).withRevision(revision).withJson(new Deleted(name, revision, "deleted"));
  }

  /** What became of a deletion. */
  record Deleted(String name, long revision, String result) {}
}
