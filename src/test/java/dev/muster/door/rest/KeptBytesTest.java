package dev.muster.door.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class KeptBytesTest {
  private record Entry(int length) implements KeptBytes.Entry {}

  private final KeptBytes<Entry> kept = new KeptBytes<>();

  private long bytes() {
    long bytes = 0;
    for (int hash = 0; hash < RestLimits.ENCODED_ENTRIES_MAX; hash++) {
      Entry entry = kept.find(hash);
      bytes += entry == null ? 0 : entry.length();
    }
    return bytes;
  }

  @Test
  void whatWasKeptIsFound() {
    Entry entry = new Entry(RestLimits.ENCODED_ANSWER_BYTES_MAX);
    kept.keep(-7, entry);
    assertSame(entry, kept.find(-7));
    assertNull(kept.find(7));
    kept.keep(8, new Entry(RestLimits.ENCODED_ANSWER_BYTES_MAX + 1));
    assertNull(kept.find(8));
  }

  @Test
  void allTogetherStayBelowTheLimit() {
    for (int hash = 0; hash < 10_000; hash++) {
      kept.keep(hash, new Entry(RestLimits.ENCODED_ANSWER_BYTES_MAX / (1 + hash % 5)));
      assertNotNull(kept.find(hash));
    }
    // Less than what one more could add is left free.
    long least = RestLimits.ENCODED_BYTES_MAX - RestLimits.ENCODED_ANSWER_BYTES_MAX;
    assertEquals(1, Long.compare(bytes(), least));
    assertEquals(-1, Long.compare(bytes(), RestLimits.ENCODED_BYTES_MAX + 1));
  }

  @Test
  void whatIsReplacedDoesNotCount() {
    for (int i = 0; i < 1_000; i++) {
      kept.keep(3, new Entry(RestLimits.ENCODED_ANSWER_BYTES_MAX));
    }
    kept.keep(4, new Entry(5));
    assertNotNull(kept.find(3));
    assertNotNull(kept.find(4));
  }
}
