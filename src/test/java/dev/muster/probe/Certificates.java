package dev.muster.probe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate that signs itself, made by the JDK's keytool. */
final class Certificates {
  static final char[] PASSWORD = "password".toCharArray();

  private final KeyStore keys;

  private Certificates(KeyStore keys) {
    this.keys = keys;
  }

  /**
   * @param names as keytool takes them: {@code dns:web.example.org,ip:127.0.0.1}
   */
  static Certificates of(Path directory, String names) throws Exception {
    Path file = directory.resolve(names.replaceAll("[^a-z0-9]", "_") + ".p12");
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(
        List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=server"));
    command.addAll(List.of("-ext", "san=" + names, "-ext", "bc=ca:true", "-validity", "3650"));
    command.addAll(List.of("-storetype", "PKCS12", "-keystore", file.toString()));
    command.addAll(List.of("-storepass", new String(PASSWORD), "-keypass", new String(PASSWORD)));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException(Files.readString(directory.resolve("keytool.log")));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return new Certificates(keys);
  }

  KeyStore keys() {
    return keys;
  }

  String certificate() throws GeneralSecurityException {
    return pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
  }

  String key() throws GeneralSecurityException {
    return pem("PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
  }

  private static String pem(String what, byte[] bytes) {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
  }
}
