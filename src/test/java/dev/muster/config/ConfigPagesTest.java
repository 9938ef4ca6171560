package dev.muster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.core.Bytes;
import dev.muster.ledger.LocalLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigPagesTest {

  /** Any prefix, any page size: all pages together are all items with the prefix, once each. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void pagesTogetherAreAllItemsWithThePrefix(long seed) throws Exception {
    Random random = new Random(seed);
    try (LocalLedger ledger = new LocalLedger()) {
      new Namespaces(ledger).put("n", "", new Precondition.None()).get();
      Configs configs = new Configs(ledger);
      TreeSet<String> names = new TreeSet<>();
      for (int i = 0; i < 120; i++) {
        String name = name(random);
        if (random.nextInt(4) == 0) {
          configs.delete("n", name, Publication.ANONYMOUS, new Precondition.None()).get();
          names.remove(name);
        } else {
          configs
              .put(
                  "n",
                  name,
                  "text/plain",
                  Bytes.utf8("x"),
                  Publication.ANONYMOUS,
                  new Precondition.None())
              .get();
          names.add(name);
        }
      }
      for (String prefix : List.of("", "a", "a/", "a/b", "b/a/", "c", "a.", "zz/", "a/b/c")) {
        int limit = 1 + random.nextInt(5);
        List<String> read = new ArrayList<>();
        ConfigPages.Page page;
        do {
          String after = read.isEmpty() ? "" : read.get(read.size() - 1);
          page = ConfigPages.page(ledger.local(), "n", prefix, after, limit);
          page.items().forEach(item -> read.add(item.name()));
        } while (page.more());
        List<String> expected = names.stream().filter(name -> name.startsWith(prefix)).toList();
        assertEquals(expected, read.stream().sorted().toList(), "prefix '" + prefix + "'");
      }
    }
  }

  private static String name(Random random) {
    List<String> segments = new ArrayList<>();
    int depth = 1 + random.nextInt(4);
    for (int i = 0; i < depth; i++) {
      segments.add(List.of("a", "b", "c", "a.b", "ab").get(random.nextInt(5)));
    }
    return String.join("/", segments);
  }
}
