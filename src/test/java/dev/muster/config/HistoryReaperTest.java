package dev.muster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Reply;
import dev.muster.duty.Tenure;
import dev.muster.ledger.LocalLedger;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HistoryReaperTest {
  private static final long DAY = TimeUnit.DAYS.toMillis(1);
  private long clockMillis = 1_000 * DAY;
  private long tenureMillis;
  private final LocalLedger ledger = new LocalLedger(() -> clockMillis, Runnable::run);
  private final Namespaces namespaces = new Namespaces(ledger);
  private final Configs configs = new Configs(ledger);
  private final HistoryReaper reaper = new HistoryReaper(ledger, () -> clockMillis);

  @BeforeEach
  void begin() {
    keep(null, null, null);
    reaper.begin(new Tenure(claim()));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private long claim() {
    Command claim =
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Ensure(Tenure.PATH.parent(), Life.persistent()),
                new Change.Put(
                    Tenure.PATH, Bytes.utf8("n1"), Change.attributes(java.util.Map.of()))));
    return ((Reply.Done) ledger.submit(claim).join()).revision();
  }

  private void keep(Integer releasesMax, Integer days, Integer deletedDays) {
    namespaces
        .put(
            "n",
            new Namespaces.Wish("", new Retention.Wish(releasesMax, days, deletedDays), null),
            new Precondition.None())
        .join();
  }

  private void put(String item, String content) {
    Outcome outcome =
        configs
            .put(
                "n",
                item,
                "text/plain",
                Bytes.utf8(content),
                Publication.ANONYMOUS,
                new Precondition.None())
            .join();
    assertTrue(outcome instanceof Outcome.Written, outcome.toString());
  }

  private void delete(String item) {
    configs.delete("n", item, Publication.ANONYMOUS, new Precondition.None()).join();
  }

  /** A whole pass. */
  private void pass() {
    tenureMillis += HistoryReaper.PAUSE_MILLIS;
    reaper.tick(tenureMillis);
  }

  private List<Long> releases(String item) {
    return Releases.page(ledger.local(), "n", item, Long.MAX_VALUE, 10_000).releases().stream()
        .map(Releases.Release::number)
        .toList();
  }

  private String at(String item, long millis) {
    Releases.Release release = Releases.at(ledger.local(), "n", item, millis);
    return release == null ? null : release.content().utf8();
  }

  @Test
  void withoutDaysNothingGoesHoweverOld() {
    put("x", "1");
    put("x", "2");
    clockMillis += 3_000 * DAY;
    pass();
    assertEquals(List.of(2L, 1L), releases("x"));
  }

  @Test
  void whatWasInForceWhenTheDaysBeganStays() {
    long start = clockMillis;
    keep(null, 10, null);
    for (int day = 0; day < 5; day++) {
      put("x", "day " + day);
      clockMillis += DAY;
    }
    clockMillis = start + 12 * DAY;
    pass();
    // Ten days ago was day 2, and its release had just begun; those before ended by then.
    assertEquals(List.of(5L, 4L, 3L), releases("x"));
    assertEquals("day 2", at("x", start + 2 * DAY));
    clockMillis = start + 12 * DAY + DAY / 2;
    pass();
    assertEquals(List.of(5L, 4L, 3L), releases("x"), "it was in force then");
    assertEquals("day 2", at("x", start + 2 * DAY + DAY / 2));
    clockMillis = start + 500 * DAY;
    pass();
    assertEquals(List.of(5L), releases("x"), "the newest stays however old");
    put("x", "new");
    assertEquals(List.of(6L, 5L), releases("x"), "it was in force until now");
  }

  @Test
  void oldReleasesGoWhenTheItemIsWritten() {
    keep(null, 10, null);
    put("x", "1");
    put("x", "2");
    clockMillis += 11 * DAY;
    put("other", "1"); // the log's time is that of its newest entry
    put("x", "3");
    assertEquals(List.of(3L, 2L), releases("x"));
  }

  @Test
  void aLowerNumberHoldsForItemsThatNobodyWrites() {
    for (int i = 0; i < 50; i++) {
      put("x", "" + i);
    }
    keep(3, null, null);
    pass();
    assertEquals(List.of(50L, 49L, 48L), releases("x"));
    keep(1, null, null);
    delete("x");
    pass();
    assertEquals(List.of(51L, 50L), releases("x"), "what it is restored from stays");
  }

  @Test
  void bytesAreBounded() {
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 12; i++) {
      put("x", large.substring(i + 1));
    }
    assertTrue(releases("x").size() <= 9, releases("x").toString());
    pass();
    assertEquals(8, releases("x").size());
  }

  @Test
  void aDeletedItemIsRestorableUntilItsDaysAreOver() {
    keep(null, 1, 5);
    put("x", "1");
    clockMillis += DAY;
    delete("x");
    put("stays", "1");
    clockMillis += 5 * DAY;
    pass();
    assertEquals(List.of(2L, 1L), releases("x"));
    clockMillis += 1;
    pass();
    assertEquals(List.of(), releases("x"));
    assertNull(ledger.local().tree().find(Releases.of("n", "x")));
    assertNotNull(ledger.local().tree().find(Releases.of("n", "stays")));
  }

  @Test
  void nothingIsDroppedOnceAnotherNodeHasTheDuties() {
    put("x", "1");
    delete("x");
    clockMillis += 31 * DAY;
    claim();
    pass();
    assertEquals(List.of(2L, 1L), releases("x"));
  }

  @Test
  void aPassGoesThroughAllHistoriesInTicksAndThenPauses() {
    int count = HistoryReaper.LOOKED_AT_MAX + HistoryReaper.COMMANDS_UNDER_WAY_MAX;
    for (int i = 0; i < count; i++) {
      put("x" + i, "1");
      if (i % 100 == 0) {
        delete("x" + i);
      }
    }
    put("z", "1");
    delete("z");
    clockMillis += 31 * DAY;
    reaper.tick(1);
    assertEquals(1, deleted(), "the first tick does not reach the end");
    reaper.tick(2);
    assertEquals(0, deleted());
    put("late", "1");
    delete("late");
    clockMillis += 31 * DAY;
    reaper.tick(3);
    assertEquals(1, deleted(), "it pauses");
    reaper.tick(2 + HistoryReaper.PAUSE_MILLIS);
    assertEquals(0, deleted());
  }

  @Test
  void whatIsLeftOfADeletedNamespaceGoesInParts() {
    keep(1_000, null, null);
    for (int item = 0; item < 11; item++) {
      for (int i = 0; i < 1_000; i++) {
        put("x" + item, "" + i);
      }
    }
    put("beside", "1");
    namespaces.put("other", "", new Precondition.None()).join();
    pass();
    Outcome deleted = namespaces.delete("n", true, new Precondition.None()).join();
    assertTrue(deleted instanceof Outcome.Deleted, deleted.toString());
    assertNull(Namespaces.find(ledger.local(), "n"));
    int ticks = 0;
    for (long left = remains(); left > 0; left = remains()) {
      Outcome refused = namespaces.put("n", "", new Precondition.None()).join();
      assertTrue(
          refused instanceof Outcome.Refused why
              && why.reason() == Outcome.Reason.NAMESPACE_NOT_GONE
              && why.actual() == left,
          refused.toString());
      reaper.tick(++tenureMillis);
      assertTrue(remains() < left && left - remains() <= HistoryReaper.REMAINS_AT_ONCE_MAX);
      ticks++;
    }
    assertTrue(ticks > 5, "in parts, " + ticks + " of them");
    keep(null, null, null);
    put("x0", "anew");
    assertEquals(List.of(1L), releases("x0"));
    reaper.tick(++tenureMillis);
    assertEquals(List.of(1L), releases("x0"));
  }

  @Test
  void ofADeletedNamespaceWithFewHistoriesNothingIsLeft() {
    put("x", "1");
    namespaces.delete("n", true, new Precondition.None()).join();
    assertEquals(0, remains());
    keep(null, null, null);
    assertEquals(List.of(), releases("x"));
  }

  @Test
  void anotherNodeWithTheDutiesDropsWhatIsLeft() {
    for (int item = 0; item < 100; item++) {
      for (int i = 0; i < 100; i++) {
        put("x" + item, "" + i);
      }
    }
    namespaces.delete("n", true, new Precondition.None()).join();
    long left = remains();
    assertTrue(left > 0);
    long claim = claim();
    reaper.tick(++tenureMillis);
    assertEquals(left, remains(), "not this one any more");
    reaper.begin(new Tenure(claim));
    for (int i = 0; i < 20; i++) {
      reaper.tick(++tenureMillis);
    }
    assertEquals(0, remains());
  }

  private long remains() {
    Node histories = ledger.local().tree().find(Releases.of("n"));
    return histories == null ? 0 : histories.subtreeNodes();
  }

  private int deleted() {
    return Histories.page(ledger.local(), "n", "", 100_000, true).histories().size();
  }
}
