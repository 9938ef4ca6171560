package dev.muster.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PropertyKeyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a                        | a",
        "a.b[0].c                 | a b [0] c",
        "m[0][12]                 | m [0] [12]",
        "[0].a                    | [0] a",
        "level[com.acme]          | level [com.acme]",
        "level[com.acme].x        | level [com.acme] x",
        "level[com.acme][0]       | level [com.acme] [0]",
        "[com.acme]               | [com.acme]",
        "a[00]                    | a [00]",
        // of no such form: one name
        "a..b                     | a..b",
        "a.                       | a.",
        ".a                       | .a",
        "a.[b]                    | a.[b]",
        "a[]                      | a[]",
        "a[0                      | a[0",
        "a[0]b                    | a[0]b",
        "a[b[c]]                  | a[b[c]]",
        "a]b                      | a]b",
      })
  void stepsAreJoinedAgain(String key, String expected) {
    assertEquals(Arrays.asList(expected.split(" ", -1)), PropertyKey.steps(key));
    assertEquals(key, PropertyKey.steps(key).stream().reduce("", PropertyKey::join));
  }

  @ParameterizedTest
  @CsvSource({
    "[0], 0",
    "[10], 10",
    "[999999], 999999",
    "[1000000], -1",
    "[00], -1",
    "[01], -1",
    "[], -1",
    "[a], -1",
    "[1a], -1",
    "0, -1",
    "'', -1",
    "[-1], -1",
    "[٣], -1"
  })
  void anIndexHasOneSpelling(String step, int index) {
    assertEquals(index, PropertyKey.index(step));
  }

  @Test
  void theWholeHasNoName() {
    assertEquals("[]", PropertyKey.steps("").toString().replace("\"", ""));
    assertEquals("a", PropertyKey.join("", "a"));
  }
}
