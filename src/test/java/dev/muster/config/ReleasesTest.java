package dev.muster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.muster.core.Bytes;
import dev.muster.ledger.LocalLedger;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ReleasesTest {
  /** The tree names them with ASCII digits; a default locale may have others. */
  @Test
  void aReleaseIsFoundWhateverTheLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try (LocalLedger ledger = new LocalLedger()) {
      assertEquals("١", "%d".formatted(1), "this locale has digits of its own");
      new Namespaces(ledger).put("n", "", new Precondition.None()).join();
      new Configs(ledger)
          .put(
              "n",
              "x",
              "text/plain",
              Bytes.utf8("1"),
              Publication.ANONYMOUS,
              new Precondition.None())
          .join();
      assertNotNull(Releases.find(ledger.local(), "n", "x", 1));
    } finally {
      Locale.setDefault(before);
    }
  }
}
