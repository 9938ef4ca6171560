package dev.muster.cluster.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.cluster.history.Outcome.Done;
import dev.muster.cluster.history.Outcome.Unknown;
import dev.muster.cluster.history.Request.CompareAndSet;
import dev.muster.cluster.history.Request.Delete;
import dev.muster.cluster.history.Request.Write;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each checker passes what is right and catches each way of being wrong. */
class PromisesTest {
  private static final List<Operation> WRITES =
      List.of(
          write(1, 2, "a/1", "one", new Done(1)),
          write(3, 4, "b/1", "two", new Done(2)),
          write(5, 0, "a/2", "three", new Unknown()),
          write(6, 7, "a/1", "four", new Done(4)),
          new Operation("c", "a/1", new Delete(), new Done(5), 8, 9),
          write(10, 11, "a/3", "five", new Done(6)));

  private static final Sighting ONE = new Sighting(1, "a/1", "one");
  private static final Sighting THREE = new Sighting(3, "a/2", "three");
  private static final Sighting FOUR = new Sighting(4, "a/1", "four");
  private static final Sighting GONE = new Sighting(5, "a/1", null);
  private static final Sighting FIVE = new Sighting(6, "a/3", "five");

  @Test
  void acceptsAWatcherThatSawAll() {
    assertEquals(List.of(), watched(ONE, THREE, FOUR, GONE, FIVE));
  }

  @Test
  void catchesAWatcherThatMissedOne() {
    assertEquals(List.of("w was never told 4 a/1 = 'four'"), watched(ONE, THREE, GONE, FIVE));
  }

  @Test
  void catchesAnUnansweredWriteThatOnlyTheOtherWatcherSaw() {
    Watcher all = new Watcher("all", "a/", 0, 6, List.of(ONE, THREE, FOUR, GONE, FIVE));
    Watcher some = new Watcher("some", "a/", 0, 6, List.of(ONE, FOUR, GONE, FIVE));
    assertEquals(
        List.of("some was never told 3 a/2 = 'three'"),
        new Timeline(WRITES, List.of(all, some)).violations());
  }

  @Test
  void catchesAWatcherThatSawOneTwiceOrLate() {
    assertEquals(1, watched(ONE, ONE, THREE, FOUR, GONE, FIVE).size());
    assertEquals(1, watched(ONE, FOUR, THREE, GONE, FIVE).size());
  }

  @Test
  void catchesAPhantomAndADoubleApply() {
    Sighting phantom = new Sighting(7, "a/9", "nobody's");
    assertEquals(1, watched(ONE, THREE, FOUR, GONE, FIVE, phantom).size());
    Sighting again = new Sighting(7, "a/2", "three");
    assertEquals(1, watched(ONE, THREE, FOUR, GONE, FIVE, again).size());
    Sighting acknowledgedAgain = new Sighting(7, "a/3", "five");
    assertEquals(1, watched(ONE, THREE, FOUR, GONE, FIVE, acknowledgedAgain).size());
  }

  @Test
  void catchesAForeignPrefix() {
    assertEquals(1, watched(ONE, new Sighting(2, "b/1", "two"), THREE, FOUR, GONE, FIVE).size());
  }

  @Test
  void aPollerMaySkipButNotTheLastNorGoBack() {
    Timeline timeline = new Timeline(WRITES, List.of());
    assertEquals(List.of(), timeline.violationsOfPoller("p", "a/3", List.of(FIVE)));
    assertEquals(1, timeline.violationsOfPoller("p", "a/3", List.of()).size());
    assertEquals(List.of(), timeline.violationsOfPoller("p", "a/1", List.of(FOUR, GONE)));
    assertEquals(1, timeline.violationsOfPoller("p", "a/1", List.of(FOUR)).size());
    assertEquals(1, timeline.violationsOfPoller("p", "a/1", List.of(FOUR, ONE, GONE)).size());
    Sighting phantom = new Sighting(4, "a/1", "nobody's");
    assertEquals(1, timeline.violationsOfPoller("p", "a/1", List.of(phantom, GONE)).size());
  }

  @Test
  void whatWasAcknowledgedIsThereAtTheEnd() {
    Timeline timeline = new Timeline(WRITES, List.of());
    Sighting two = new Sighting(2, "b/1", "two");
    assertEquals(List.of(), timeline.violationsOfEnd("n1", Map.of("b/1", two, "a/3", FIVE)));
    assertEquals(1, timeline.violationsOfEnd("n1", Map.of("b/1", two)).size());
    assertEquals(
        1, timeline.violationsOfEnd("n1", Map.of("b/1", two, "a/3", FIVE, "a/1", FOUR)).size());
    assertEquals(
        1, timeline.violationsOfEnd("n1", Map.of("b/1", two, "a/3", FIVE, "x", FIVE)).size());
  }

  @Test
  void catchesTwoChangesOfOneRevision() {
    List<Operation> writes =
        List.of(write(1, 2, "a", "x", new Done(1)), write(3, 4, "b", "y", new Done(1)));
    assertEquals(1, new Timeline(writes, List.of()).violations().size());
    assertEquals(1, RevisionOrder.violations(writes).size());
  }

  @Test
  void revisionsFollowTimeOverAllKeys() {
    assertEquals(List.of(), RevisionOrder.violations(WRITES));
    assertEquals(
        List.of(),
        RevisionOrder.violations(
            List.of(write(1, 4, "a", "x", new Done(2)), write(3, 5, "b", "y", new Done(1)))));
    assertEquals(
        1,
        RevisionOrder.violations(
                List.of(write(1, 2, "a", "x", new Done(2)), write(3, 5, "b", "y", new Done(1))))
            .size());
  }

  @Test
  void aReaderNeverGoesBack() {
    Reading first = new Reading("r", "n1", 5, "a/1", FOUR);
    assertEquals(List.of(), Readers.violations(List.of(first, first)));
    assertEquals(
        1, Readers.violations(List.of(first, new Reading("r", "n2", 4, "b", null))).size());
    assertEquals(
        1, Readers.violations(List.of(first, new Reading("r", "n2", 6, "a/1", ONE))).size());
    assertEquals(1, Readers.violations(List.of(new Reading("r", "n1", 3, "a/1", FOUR))).size());
    Sighting other = new Sighting(4, "a/1", "another");
    assertEquals(
        1, Readers.violations(List.of(first, new Reading("s", "n2", 5, "a/1", other))).size());
  }

  @Test
  void aCounterCountsWhatWasAcknowledged() {
    List<Operation> counting =
        List.of(
            increment(1, "1", new Done(1)),
            increment(2, "2", new Done(2)),
            increment(3, "3", new Unknown()));
    assertEquals(List.of(), Counters.violations(counting, "n", 2));
    assertEquals(List.of(), Counters.violations(counting, "n", 3));
    assertEquals(1, Counters.violations(counting, "n", 1).size());
    assertEquals(1, Counters.violations(counting, "n", 4).size());
    assertEquals(
        2,
        Counters.violations(
                List.of(increment(1, "1", new Done(1)), increment(2, "1", new Done(2))), "n", 2)
            .size());
  }

  private static List<String> watched(Sighting... seen) {
    long upTo = seen[seen.length - 1].revision();
    return new Timeline(WRITES, List.of(new Watcher("w", "a/", 0, upTo, Arrays.asList(seen))))
        .violations();
  }

  private static Operation write(long at, long end, String key, String value, Outcome outcome) {
    long returned = outcome instanceof Unknown ? Long.MAX_VALUE : end;
    return new Operation("c", key, new Write(value), outcome, at, returned);
  }

  private static Operation increment(long expected, String value, Outcome outcome) {
    return new Operation(
        "c", "n", new CompareAndSet(expected, value), outcome, expected, expected + 1);
  }
}
