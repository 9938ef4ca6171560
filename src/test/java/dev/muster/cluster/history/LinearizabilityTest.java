package dev.muster.cluster.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.cluster.history.Outcome.Conflict;
import dev.muster.cluster.history.Outcome.Done;
import dev.muster.cluster.history.Outcome.Found;
import dev.muster.cluster.history.Outcome.Missing;
import dev.muster.cluster.history.Outcome.Unknown;
import dev.muster.cluster.history.Request.CompareAndSet;
import dev.muster.cluster.history.Request.Create;
import dev.muster.cluster.history.Request.Delete;
import dev.muster.cluster.history.Request.Read;
import dev.muster.cluster.history.Request.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Good histories pass, and each kind of lie is caught. Times are small numbers, in order. */
class LinearizabilityTest {
  private static final Outcome UNKNOWN = new Unknown();

  @Test
  void acceptsWhatASingleClientSees() {
    assertGood(
        of(1, 2, new Read(), new Missing()),
        of(3, 4, new Create("a"), new Done(10)),
        of(5, 6, new Create("b"), new Conflict(10)),
        of(7, 8, new CompareAndSet(10, "c"), new Done(12)),
        of(9, 10, new CompareAndSet(10, "d"), new Conflict(12)),
        of(11, 12, new Write("e"), new Done(13)),
        of(13, 14, new Write("e"), new Done(13)),
        of(15, 16, new Read(), new Found(13, "e")),
        of(17, 18, new Delete(), new Done(14)),
        of(19, 20, new Delete(), new Missing()),
        of(21, 22, new CompareAndSet(13, "f"), new Missing()),
        of(23, 24, new Create("g"), new Done(15)));
  }

  @Test
  void acceptsConcurrentOperationsInAnyOrder() {
    assertGood(
        of(1, 10, new Write("a"), new Done(2)),
        of(1, 10, new Write("b"), new Done(1)),
        of(2, 9, new Read(), new Missing()),
        of(3, 9, new Read(), new Found(1, "b")),
        of(11, 12, new Read(), new Found(2, "a")));
  }

  @Test
  void catchesAStaleRead() {
    assertBad(
        of(1, 2, new Write("a"), new Done(1)),
        of(3, 4, new Write("b"), new Done(2)),
        of(5, 6, new Read(), new Found(1, "a")));
  }

  @Test
  void catchesAStaleReadOfNothing() {
    assertBad(of(1, 2, new Write("a"), new Done(1)), of(3, 4, new Read(), new Missing()));
  }

  @Test
  void catchesALostUpdate() {
    assertBad(
        of(1, 2, new Write("a"), new Done(1)),
        of(3, 5, new CompareAndSet(1, "b"), new Done(2)),
        of(3, 5, new CompareAndSet(1, "c"), new Done(3)));
  }

  @Test
  void catchesALostWrite() {
    assertBad(
        of(1, 2, new Write("a"), new Done(1)),
        of(3, 4, new Write("b"), new Done(2)),
        of(5, 6, new CompareAndSet(1, "c"), new Done(3)));
  }

  @Test
  void catchesADoubleApply() {
    // The first write appears, is replaced, and appears again.
    assertBad(
        of(1, 9, new Write("a"), UNKNOWN),
        of(2, 3, new Read(), new Found(1, "a")),
        of(4, 5, new Write("b"), new Done(2)),
        of(6, 7, new Read(), new Found(3, "a")));
  }

  @Test
  void catchesACompareAndSetThatSucceedsTwice() {
    assertBad(
        of(1, 2, new Create("a"), new Done(1)),
        of(3, 4, new CompareAndSet(1, "b"), new Done(2)),
        of(5, 6, new CompareAndSet(1, "b"), new Done(3)));
  }

  @Test
  void catchesAReadThatGoesBack() {
    assertBad(
        of(1, 20, new Write("a"), new Done(1)),
        of(1, 20, new Write("b"), new Done(2)),
        of(3, 4, new Read(), new Found(2, "b")),
        of(5, 6, new Read(), new Found(1, "a")));
  }

  @Test
  void catchesAPhantomValue() {
    assertBad(
        of(1, 2, new Write("a"), new Done(1)), of(3, 4, new Read(), new Found(1, "nobody's")));
  }

  @Test
  void catchesARightValueOfAWrongRevision() {
    assertBad(of(1, 2, new Write("a"), new Done(1)), of(3, 4, new Read(), new Found(7, "a")));
  }

  @Test
  void catchesACreateOverSomethingAndADeleteOfNothing() {
    assertBad(of(1, 2, new Write("a"), new Done(1)), of(3, 4, new Create("b"), new Done(2)));
    assertBad(of(1, 2, new Delete(), new Done(1)));
    assertBad(of(1, 2, new Create("a"), new Conflict(1)));
  }

  @Test
  void catchesARefusalWithoutCause() {
    assertBad(
        of(1, 2, new Write("a"), new Done(1)),
        of(3, 4, new CompareAndSet(1, "b"), new Conflict(1)));
    assertBad(
        of(1, 2, new Write("a"), new Done(1)),
        of(3, 4, new CompareAndSet(1, "b"), new Conflict(Outcome.NO_REVISION)));
  }

  @Test
  void aRefusalTellsWhatWasThere() {
    assertGood(of(1, 2, new CompareAndSet(1, "b"), new Conflict(0)));
    assertBad(of(1, 2, new CompareAndSet(1, "b"), new Conflict(7)));
    assertBad(
        of(1, 2, new Write("a"), new Done(1)),
        of(3, 4, new CompareAndSet(7, "b"), new Conflict(0)));
  }

  @Test
  void catchesRevisionsThatFall() {
    assertBad(of(1, 2, new Write("a"), new Done(5)), of(3, 4, new Write("b"), new Done(4)));
  }

  @Test
  void anUnknownWriteMayHappenLateOrNever() {
    Operation lost = of(1, 0, new Write("a"), UNKNOWN);
    assertGood(lost, of(2, 3, new Read(), new Missing()), of(8, 9, new Read(), new Missing()));
    assertGood(
        lost,
        of(2, 3, new Read(), new Missing()),
        of(4, 5, new Write("b"), new Done(1)),
        of(6, 7, new Read(), new Found(2, "a")));
    // But not before it was sent, and once it was there it does not vanish.
    assertBad(of(1, 2, new Read(), new Found(1, "a")), of(3, 0, new Write("a"), UNKNOWN));
    assertBad(lost, of(2, 3, new Read(), new Found(1, "a")), of(4, 5, new Read(), new Missing()));
  }

  @Test
  void anUnknownCompareAndSetOrDeleteMayHappenOnlyWhereItCould() {
    assertGood(
        of(1, 2, new Create("a"), new Done(1)),
        of(3, 0, new CompareAndSet(1, "b"), UNKNOWN),
        of(4, 0, new Write("c"), UNKNOWN),
        of(5, 6, new Read(), new Found(3, "c")),
        of(7, 0, new Delete(), UNKNOWN),
        of(8, 9, new Read(), new Missing()));
    assertBad(
        of(1, 2, new Create("a"), new Done(1)),
        of(3, 0, new CompareAndSet(1, "b"), UNKNOWN),
        of(4, 5, new Write("c"), new Done(2)),
        of(6, 7, new Read(), new Found(2, "c")),
        of(8, 9, new Read(), new Found(3, "b")));
  }

  @Test
  void judgesEachKeyByItself() {
    Operation other = new Operation("c", "other", new Read(), new Missing(), 3, 4);
    assertGood(of(1, 2, new Write("a"), new Done(1)), other);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void acceptsThousandsOfOperationsOfARealRegisterInSeconds(long seed) {
    List<Operation> history = new SimulatedClients(seed).run(6_000);
    assertEquals(
        List.of(),
        assertTimeoutPreemptively(
            Duration.ofSeconds(20), () -> Linearizability.violations(history)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void findsOneLieAmongThousands(long seed) {
    List<Operation> history = new ArrayList<>(new SimulatedClients(seed).run(6_000));
    Random random = new Random(seed);
    int index;
    do {
      index = 1_000 + random.nextInt(4_000);
    } while (!(history.get(index).outcome() instanceof Found));
    Operation honest = history.get(index);
    Found answer = (Found) honest.outcome();
    history.set(
        index,
        new Operation(
            honest.client(),
            honest.key(),
            honest.request(),
            new Found(answer.revision() - 1, "an older value"),
            honest.invokedNanos(),
            honest.returnedNanos()));
    List<String> violations =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20), () -> Linearizability.violations(history));
    assertEquals(1, violations.size(), violations::toString);
    assertTrue(violations.get(0).startsWith("key " + honest.key() + ": no order"));
  }

  private static Operation of(long invoked, long returned, Request request, Outcome outcome) {
    long end = outcome instanceof Unknown ? Long.MAX_VALUE : returned;
    return new Operation("c" + invoked, "k", request, outcome, invoked, end);
  }

  private static void assertGood(Operation... history) {
    assertEquals(List.of(), Linearizability.violations(List.of(history)));
  }

  private static void assertBad(Operation... history) {
    assertEquals(1, Linearizability.violations(List.of(history)).size());
  }
}
