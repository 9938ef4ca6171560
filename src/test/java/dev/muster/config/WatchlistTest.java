package dev.muster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.Watchlist.Difference;
import dev.muster.core.Bytes;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.ledger.LocalLedger;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchlistTest {
  private static final List<String> NAMES =
      List.of("a", "a/b", "a/b/c", "a-b", "a.b/c", "b", "b/a", "c/d/e", "z");

  /** Whatever was written, and whatever the client has: as if each item were read by itself. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void differencesAreThoseOfEachItem(long seed) throws Exception {
    Random random = new Random(seed);
    try (LocalLedger ledger = new LocalLedger()) {
      Configs configs = new Configs(ledger);
      new Namespaces(ledger).put("n", "", new Precondition.None()).get();
      new Namespaces(ledger).put("n-2", "", new Precondition.None()).get();
      List<State> states = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        write(configs, random);
        states.add(ledger.local());
      }
      State had = states.get(random.nextInt(states.size()));
      SortedMap<Path, Long> known = new TreeMap<>();
      for (String namespace : List.of("n", "n-2", "unknown")) {
        for (String name : NAMES) {
          if (random.nextInt(3) > 0) {
            known.put(Configs.path(namespace, name), revision(had, namespace, name));
          }
        }
      }
      known.put(Configs.path("n", "z"), revision(had, "n", "z"));
      Watchlist list = Watchlist.of(known);
      assertEquals(List.of(), list.differences(had));
      State now = ledger.local();
      List<String> expected = new ArrayList<>();
      known.forEach(
          (path, revision) -> {
            String namespace = path.segment(1);
            long current = revision(now, namespace, Configs.name(path));
            if (current != revision) {
              expected.add(namespace + " " + Configs.name(path) + " " + current);
            }
          });
      List<Difference> found = list.differences(now);
      assertEquals(
          expected.stream().sorted().toList(),
          found.stream()
              .map(each -> each.namespace() + " " + each.name() + " " + each.revision())
              .sorted()
              .toList());
      List<Long> order = found.stream().map(Difference::revision).toList();
      assertEquals(order.stream().sorted().toList(), order);
      if (!expected.isEmpty()) {
        Changes changes =
            ledger.changes(Scope.SUBTREE, Namespaces.CONFIG, had.revision()).getNow(null);
        assertTrue(list.concerns((Changes.Batch) changes));
      }
      assertFalse(list.concerns(new Changes.Batch(now.revision(), List.of())));
    }
  }

  private static void write(Configs configs, Random random) throws Exception {
    String namespace = random.nextBoolean() ? "n" : "n-2";
    String name = NAMES.get(random.nextInt(NAMES.size()));
    if (random.nextInt(3) == 0) {
      configs.delete(namespace, name, Publication.ANONYMOUS, new Precondition.None()).get();
    } else {
      configs
          .put(
              namespace,
              name,
              "text/plain",
              Bytes.utf8("" + random.nextInt()),
              Publication.ANONYMOUS,
              new Precondition.None())
          .get();
    }
  }

  private static long revision(State state, String namespace, String name) {
    Node item = Configs.find(state, namespace, name);
    return item == null ? 0 : item.stat().modifiedRevision();
  }

  @Test
  void listsOfTheSameItemsShareThem() {
    SharedPaths shared = new SharedPaths();
    String[] one = {"/config/n/a", "/config/n/b"};
    assertSame(one, shared.same(one));
    assertSame(one, shared.same(one.clone()));
    String[] other = {"/config/n/a"};
    assertSame(other, shared.same(other));
  }

  @Test
  void itKnowsItsNamespacesAndItsNewestRevision() {
    SortedMap<Path, Long> known = new TreeMap<>();
    known.put(Configs.path("b", "x/y"), 7L);
    known.put(Configs.path("a", "x"), 9L);
    known.put(Configs.path("b", "x"), 0L);
    Watchlist list = Watchlist.of(known);
    assertEquals(3, list.size());
    assertEquals(9, list.newest());
    assertEquals(List.of(Namespaces.configs("a"), Namespaces.configs("b")), list.namespaces());
    assertEquals(List.copyOf(known.keySet()), list.items());
  }
}
