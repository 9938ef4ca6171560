package dev.muster.core;

import static dev.muster.core.Edits.add;
import static dev.muster.core.Edits.put;
import static dev.muster.core.Edits.ttl;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes that applied something else have another hash. */
class ChainTest {

  private static Entry entry(String proposer, long incarnation, long sequence, Command... command) {
    return new Entry(1_000, proposer, incarnation, sequence, List.of(command));
  }

  private static Entry does(Command command) {
    return entry("n", 1, 1, command);
  }

  private static Entry does(Change... changes) {
    return does(new Command.Transact(List.of(), List.of(changes)));
  }

  private static Entry opens(long id, long ttlMillis, String owner, String secret) {
    return does(new Command.OpenSession(id, ttlMillis, owner, Bytes.utf8(secret)));
  }

  static Stream<Arguments> pairs() {
    return Stream.of(
        Arguments.of("a barrier's proposer", entry("a", 1, 1), entry("b", 1, 1)),
        Arguments.of("a barrier's run", entry("a", 1, 1), entry("a", 2, 1)),
        Arguments.of("a barrier or a check", entry("n", 1, 1), does()),
        Arguments.of("a verdict", entry("a", 1, 1), entry("a", 1, 2)),
        Arguments.of("a path", does(add("/a")), does(add("/b"))),
        Arguments.of("data", does(put("/a", "x")), does(put("/a", "y"))),
        Arguments.of(
            "attributes",
            does(put("/a", "", Map.of("k", "v"))),
            does(put("/a", "", Map.of("v", "k")))),
        Arguments.of("a kind", does(add("/a")), does(add("/a", Life.container()))),
        Arguments.of("a ttl", does(add("/a", ttl(1_000))), does(add("/a", ttl(2_000)))),
        Arguments.of("done or refused", does(add("/a")), does(add("/a/b"))),
        Arguments.of("a session", opens(7, 5_000, "a", "x"), opens(8, 5_000, "a", "x")),
        Arguments.of("a session's ttl", opens(7, 5_000, "a", "x"), opens(7, 6_000, "a", "x")),
        Arguments.of("a session's owner", opens(7, 5_000, "a", "x"), opens(7, 5_000, "b", "x")),
        Arguments.of("a session's secret", opens(7, 5_000, "a", "x"), opens(7, 5_000, "a", "y")),
        Arguments.of(
            "the budget",
            does(new Command.SetDataBudget(5 << 20)),
            does(new Command.SetDataBudget(6 << 20))),
        Arguments.of(
            "a feature",
            does(new Command.EnableFeature(Feature.BASELINE)),
            opens(7, 5_000, "", "")),
        Arguments.of(
            "the end of a session",
            does(new Command.CloseSessions(List.of(), List.of(1L))),
            does(new Command.CloseSessions(List.of(), List.of(2L)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void anotherEntryAnotherHash(String what, Entry one, Entry other) {
    World world = new World().opens(1, 2);
    State before = world.state();
    long position = before.applied() + 1;
    long chain = before.apply(position, one).state().chain();
    assertNotEquals(chain, before.apply(position, other).state().chain(), what);
    assertNotEquals(chain, before.apply(position + 1, one).state().chain(), "another position");
    assertNotEquals(chain, State.EMPTY.apply(position, one).state().chain(), "another past");
    assertEquals(chain, before.apply(position, one).state().chain(), "the same again");
  }

  /** Pinned: nodes of different versions compare their hashes. */
  @Test
  void theHashIsTheSameOnEveryPlatform() {
    World world = new World().opens(7);
    world.done(put("/a", "x", Map.of("k", "v")), add("/t", ttl(5_000)));
    world.refused(Refusal.NO_PARENT, add("/x/y"));
    world.closes(7L);
    assertEquals(PINNED, Long.toHexString(world.state().chain()));
  }

  private static final String PINNED = "b27870098b44e371";
}
