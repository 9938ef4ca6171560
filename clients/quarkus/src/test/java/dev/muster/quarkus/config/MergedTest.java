package dev.muster.quarkus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.smallrye.config.ConfigValue;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MergedTest {
  @Test
  void aHigherValueWinsAndAListIsReplacedAsAWhole() {
    Map<String, ConfigValue> merged =
        new Merged(1)
            .add(
                "low",
                Map.of(
                    "a", "1", "a.b", "2", "l[0].x", "1", "l[1].x", "2", "l2[0]", "kept", "s[0]",
                    "1", "t", "x,y"))
            .add("high", Map.of("a", "3", "l[0].y", "9", "s", "4,5", "t[0]", "z"))
            .toMap();
    assertEquals(Set.of("a", "a.b", "l[0].y", "l2[0]", "s", "t[0]"), merged.keySet());
    assertEquals("3", merged.get("a").getValue());
    assertEquals("high", merged.get("a").getConfigSourceName());
    assertEquals("low", merged.get("a.b").getConfigSourceName());
  }

  @Test
  void differencesAreWhatChangedCameOrWent() {
    Map<String, ConfigValue> before =
        new Merged(1).add("s", Map.of("same", "1", "other", "1", "gone", "1")).toMap();
    Map<String, ConfigValue> after =
        new Merged(1).add("s", Map.of("same", "1", "other", "2", "new", "1")).toMap();
    assertEquals(Set.of("other", "gone", "new"), Merged.differences(before, after));
  }
}
