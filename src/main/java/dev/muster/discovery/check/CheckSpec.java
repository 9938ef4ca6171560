package dev.muster.discovery.check;

import dev.muster.discovery.InvalidInstanceException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A question that the nodes ask an instance again and again, to find out how it is. Checked when
 * made: there is no invalid one.
 */
public sealed interface CheckSpec {
  CheckTerms terms();

  /** The kind's name, as it is written: {@code http}. */
  String type();

  /** Absent for no TLS. */
  @Nullable TlsTerms tls();

  default String id() {
    return terms().id();
  }

  /**
   * A request. Redirects are not followed: a redirect is a good answer if its status is expected.
   *
   * @param path from the slash on, with the query if there is one
   * @param headers by lower-case name; {@code host} replaces the address
   * @param bodyContains what must be found among the first bytes of the body; absent for anything
   * @param tls absent for http, there for https
   */
  record Http(
      CheckTerms terms,
      String path,
      String method,
      SortedMap<String, String> headers,
      StatusRanges expectedStatus,
      @Nullable String bodyContains,
      @Nullable TlsTerms tls)
      implements CheckSpec {
    public static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS", "POST");

    private static final Pattern PATH = Pattern.compile("/[!-\"$-~]*");
    // What Latin-1 and UTF-8 would write differently has no certain meaning in a header.
    private static final Pattern HEADER_VALUE = Pattern.compile("[ -~]*");
    private static final Pattern HEADER_NAME = Pattern.compile("[a-z0-9!$%&'*+.^_`|~-]+");
    // Of the connection and the framing: those are the prober's, or a check could smuggle.
    private static final Set<String> HEADERS_REFUSED =
        Set.of(
            "connection",
            "content-length",
            "expect",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    /**
     * @throws InvalidInstanceException naming the field that nobody could use
     */
    public Http {
      Fields.utf8AtMost("path", path, 1, CheckLimits.PATH_BYTES_MAX);
      if (!PATH.matcher(path).matches()) {
        throw new InvalidInstanceException(
            "path", "starts with a slash and has no blanks, no fragment, and only ASCII");
      }
      if (!METHODS.contains(method)) {
        throw new InvalidInstanceException(
            "method", "is none of " + String.join(", ", METHODS.stream().sorted().toList()));
      }
      headers = checkHeaders(headers);
      if (bodyContains != null) {
        Fields.utf8AtMost("bodyContains", bodyContains, 1, CheckLimits.BODY_CONTAINS_BYTES_MAX);
        if (method.equals("HEAD")) {
          throw new InvalidInstanceException("bodyContains", "an answer to HEAD has no body");
        }
      }
    }

    /** A GET that any success answers well. */
    public static Http get(CheckTerms terms, String path) {
      return new Http(
          terms, path, "GET", Collections.emptySortedMap(), StatusRanges.SUCCESS, null, null);
    }

    @Override
    public String type() {
      return "http";
    }

    private static SortedMap<String, String> checkHeaders(Map<String, String> headers) {
      Fields.between("headers", headers.size(), 0, CheckLimits.HEADERS_MAX, "headers");
      SortedMap<String, String> checked = new TreeMap<>();
      for (Map.Entry<String, String> header : headers.entrySet()) {
        String name = header.getKey().toLowerCase(Locale.ROOT);
        String field = "headers." + header.getKey();
        if (name.length() > CheckLimits.HEADER_NAME_LENGTH_MAX
            || !HEADER_NAME.matcher(name).matches()) {
          throw new InvalidInstanceException(
              "headers",
              "a header's name has 1 to "
                  + CheckLimits.HEADER_NAME_LENGTH_MAX
                  + " characters of a token");
        }
        if (HEADERS_REFUSED.contains(name) || name.startsWith("proxy-")) {
          throw new InvalidInstanceException(field, "cannot be set by a check");
        }
        Fields.plainAtMost(field, header.getValue(), 0, CheckLimits.HEADER_VALUE_BYTES_MAX);
        if (!HEADER_VALUE.matcher(header.getValue()).matches()) {
          throw new InvalidInstanceException(field, "has characters that are not ASCII");
        }
        if (checked.put(name, header.getValue()) != null) {
          throw new InvalidInstanceException(field, "is there twice");
        }
      }
      return Collections.unmodifiableSortedMap(checked);
    }
  }

  /** Whether a connection can be made. */
  record Tcp(CheckTerms terms) implements CheckSpec {
    @Override
    public String type() {
      return "tcp";
    }

    @Override
    public @Nullable TlsTerms tls() {
      return null;
    }
  }

  /**
   * What the server says by gRPC's health protocol, {@code grpc.health.v1.Health/Check}.
   *
   * @param service that is asked about; empty for the server as a whole
   */
  record Grpc(CheckTerms terms, String service, @Nullable TlsTerms tls) implements CheckSpec {
    public Grpc {
      Fields.plainAtMost("service", service, 0, CheckLimits.GRPC_SERVICE_BYTES_MAX);
    }

    @Override
    public String type() {
      return "grpc";
    }
  }

  /**
   * The checks of one instance, if they go together.
   *
   * @param ports the names of its ports
   * @throws InvalidInstanceException if there are too many, or two of one id, or one goes to a port
   *     that the instance does not have
   */
  public static List<CheckSpec> checkAll(List<CheckSpec> checks, Set<String> ports) {
    Fields.between("checks", checks.size(), 0, CheckLimits.CHECKS_MAX, "checks");
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < checks.size(); i++) {
      CheckSpec check = checks.get(i);
      if (!ids.add(check.id())) {
        throw new InvalidInstanceException(
            "checks[" + i + "].id", "'" + check.id() + "' is there twice");
      }
      if (check.terms().port() instanceof TargetPort.Named named && !ports.contains(named.name())) {
        throw new InvalidInstanceException(
            "checks[" + i + "].port",
            "the instance has no port that is named '" + named.name() + "'");
      }
    }
    return List.copyOf(checks);
  }
}
