package dev.muster.discovery.check;

import dev.muster.discovery.InvalidInstanceException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a check speaks TLS.
 *
 * @param verify whether the server must show a certificate that is trusted and of its name
 * @param serverName whom the certificate is of, and what is asked for by SNI; absent for the
 *     instance's address
 * @param ca certificates to trust, in PEM; absent for those that the node's Java trusts
 */
public record TlsTerms(boolean verify, @Nullable String serverName, @Nullable String ca) {
  /** Whatever Java trusts, under the instance's address. */
  public static final TlsTerms DEFAULT = new TlsTerms(true, null, null);

  private static final Pattern NAME =
      Pattern.compile(
          "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*"
              + "(?![0-9]+$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  /**
   * @throws InvalidInstanceException naming the field that nobody could use
   */
  public TlsTerms {
    if (serverName != null
        && (serverName.length() > CheckLimits.SERVER_NAME_LENGTH_MAX
            || !NAME.matcher(serverName).matches())) {
      throw new InvalidInstanceException("tls.serverName", "is no host name");
    }
    if (ca != null) {
      if (!verify) {
        throw new InvalidInstanceException(
            "tls.ca", "certificates to trust have no use where nothing is verified");
      }
      Fields.utf8AtMost("tls.ca", ca, 1, CheckLimits.CA_BYTES_MAX);
      certificates(ca);
    }
  }

  /** The certificates to trust; empty for those that Java trusts. */
  public List<X509Certificate> certificates() {
    return ca == null ? List.of() : certificates(ca);
  }

  private static List<X509Certificate> certificates(String pem) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException malformed) {
      throw noCertificates(malformed);
    }
    throw noCertificates(null);
  }

  private static InvalidInstanceException noCertificates(@Nullable Throwable cause) {
    InvalidInstanceException invalid =
        new InvalidInstanceException(
            "tls.ca", "holds no certificates: PEM, from -----BEGIN CERTIFICATE----- on");
    if (cause != null) {
      invalid.initCause(cause);
    }
    return invalid;
  }
}
