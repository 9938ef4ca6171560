package dev.muster.door.rest;

import java.util.Locale;

/**
 * The stable {@code code} of every problem that the REST door answers with, and its status.
 * Documented in {@code docs/errors.md}; a code never changes its meaning.
 */
public enum Code {
  // The path
  INVALID_PERCENT_ENCODING(400, "Malformed percent-encoding in the path"),
  INVALID_UTF8(400, "The path is not UTF-8"),
  ENCODED_SLASH(400, "Encoded slash in the path"),
  DOT_SEGMENT(400, "'.' or '..' in the path"),
  EMPTY_SEGMENT(400, "Empty segment in the path"),
  PATH_PARAMETERS(400, "Unencoded ';' in the path"),
  INVALID_CHARACTER(400, "Character that is not allowed in the path"),
  INVALID_PATH(400, "Malformed path"),
  INVALID_NAME(400, "Malformed name"),
  INVALID_TARGET(400, "Malformed request target"),
  URI_TOO_LONG(414, "URI too long"),

  // Parameters and headers
  UNKNOWN_PARAMETER(400, "Unknown query parameter"),
  REPEATED_PARAMETER(400, "Repeated query parameter"),
  INVALID_PARAMETER(400, "Malformed query parameter"),
  INVALID_CURSOR(400, "Malformed cursor"),
  INVALID_HEADER(400, "Malformed header"),
  INVALID_ETAG(400, "Malformed entity tag"),
  HEADERS_TOO_LARGE(431, "Headers too large"),
  BAD_REQUEST(400, "Bad request"),

  // The message
  MALFORMED_REQUEST(400, "Malformed request"),
  INVALID_CONTENT_LENGTH(400, "Malformed Content-Length"),
  AMBIGUOUS_LENGTH(400, "Ambiguous length of the body"),

  // Bodies
  INVALID_JSON(400, "Malformed JSON"),
  UNKNOWN_FIELD(400, "Unknown field"),
  INVALID_FIELD(400, "Field with a wrong value"),
  MISSING_FIELD(400, "Missing field"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
  UNSUPPORTED_CONTENT_ENCODING(415, "Unsupported content encoding"),
  BODY_TOO_LARGE(413, "Body too large"),
  BODY_TIMEOUT(408, "Body too slow"),
  MALFORMED_BODY(400, "Malformed body"),
  INVALID_CONTENT(422, "Malformed content"),
  SCHEMA_VIOLATION(422, "Schema violation"),
  INVALID_SCHEMA(422, "Malformed schema"),
  UNSUPPORTED_FORMAT(422, "Not possible in this format"),
  INAPPLICABLE_CHANGE(422, "Change that cannot be made"),
  INVALID_ARCHIVE(422, "Archive that cannot be taken over"),

  // Effective configuration
  REFERENCE_CYCLE(422, "References in a circle"),
  UNKNOWN_INCLUDE(422, "Unknown item included"),
  UNREADABLE_LAYER(422, "Unreadable item"),
  EFFECTIVE_TOO_LARGE(422, "Effective configuration too large"),

  // Limits
  LIMIT_EXCEEDED(400, "Limit exceeded"),
  SUBTREE_TOO_LARGE(409, "Subtree too large"),
  TOO_MANY_EPHEMERALS(429, "Too many ephemeral nodes of a session"),
  TOO_MANY_INSTANCES(429, "Too many instances of a namespace"),
  TOO_MANY_SEARCHES(429, "Too many searches for keys"),
  TOO_MANY_SESSIONS(429, "Too many sessions"),
  TOO_MANY_TRANSFERS(429, "Too many imports and exports"),
  TOO_MANY_WATCHERS(429, "Too many waiting requests"),
  DATA_BUDGET_EXCEEDED(507, "Data budget exceeded"),

  // What is not there
  NOT_FOUND(404, "No such resource"),
  UNKNOWN_NAMESPACE(404, "Unknown namespace"),
  UNKNOWN_ITEM(404, "Unknown item"),
  UNKNOWN_RELEASE(404, "Unknown release"),
  UNKNOWN_PROPERTY(404, "Unknown property"),
  UNKNOWN_SCHEMA(404, "Unknown schema"),
  UNKNOWN_SERVICE(404, "Unknown service"),
  UNKNOWN_INSTANCE(404, "Unknown instance"),
  UNKNOWN_SUBSCRIBER(404, "Unknown subscriber"),
  UNKNOWN_HOST(404, "Host without maintenance"),
  UNKNOWN_NODE(404, "Unknown node"),
  UNKNOWN_SESSION(404, "Unknown session"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  REVISION_GONE(410, "Revision gone"),

  // Conflicts
  NAMESPACE_NOT_EMPTY(409, "Namespace not empty"),
  NAMESPACE_NOT_GONE(409, "Namespace not gone yet"),
  ITEMS_VIOLATE_SCHEMA(409, "Existing items violate the schema"),
  NOT_EMPTY(409, "Node has children"),
  NO_PARENT(409, "Parent does not exist"),
  EPHEMERAL_PARENT(409, "Parent is ephemeral"),
  PROTECTED_PATH(403, "Protected path"),
  RESERVED_BRANCH(403, "Branch with an API of its own"),
  NO_LEASE(409, "No lease of its own"),
  SESSION_EXISTS(409, "Session exists"),
  CONTENTION(409, "Too many concurrent changes"),
  INCOMPLETE_TRANSFER(409, "Not all was taken over"),
  ALREADY_EXISTS(412, "Already exists"),
  REVISION_CONFLICT(412, "Revision conflict"),
  VERSION_CONFLICT(412, "Version conflict"),
  INVALID_SECRET(403, "Wrong session secret"),

  // The cluster
  REVISION_NOT_REACHED(503, "Revision not reached"),
  UNAVAILABLE(503, "Cluster unavailable"),
  INTERNAL_ERROR(500, "Internal error");

  private final int status;
  private final String title;
  private final String text;

  Code(int status, String title) {
    this.status = status;
    this.title = title;
    this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** As it stands in the answer: {@code unknown-namespace}. */
  public String text() {
    return text;
  }
}
