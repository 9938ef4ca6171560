package dev.muster.probe;

import dev.muster.discovery.check.TlsTerms;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom probes trust. */
final class ClientTls {
  /** What Java trusts; reading it takes tens of milliseconds, so it is read once. */
  private static final TrustManagerFactory JAVAS = factory(null);

  private ClientTls() {}

  /** Sets what a check says of TLS. Whether the name is verified is the options' own setting. */
  static void configure(ClientOptionsBase options, TlsTerms tls, int timeoutMillis) {
    options.setSsl(true);
    options.setTrustAll(!tls.verify());
    options.setSslHandshakeTimeout(timeoutMillis);
    options.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    if (tls.verify()) {
      options.setTrustOptions(TrustOptions.wrap(tls.ca() == null ? JAVAS : own(tls)));
    }
  }

  private static TrustManagerFactory own(TlsTerms tls) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (X509Certificate certificate : tls.certificates()) {
        store.setCertificateEntry("ca" + count++, certificate);
      }
      return factory(store);
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException("certificates that were readable before", impossible);
    }
  }

  private static TrustManagerFactory factory(@Nullable KeyStore store) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("this Java trusts nobody", broken);
    }
  }
}
