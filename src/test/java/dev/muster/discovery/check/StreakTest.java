package dev.muster.discovery.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.discovery.Health;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreakTest {
  private static final Map<Character, Health> LETTERS =
      Map.of('p', Health.PASSING, 'w', Health.WARNING, 'c', Health.CRITICAL);

  /** Found, from left to right; below each, the verdict after it. */
  @ParameterizedTest
  @CsvSource({
    "1, 3, c, p, p",
    "1, 3, c, cp, cp",
    "1, 3, p, ccpccc, pppppc",
    "1, 1, p, cpwpcw, cpwpcw",
    "2, 3, c, pcppwww, cccpppw",
    "2, 3, p, cccwwpwpp, ppccwwwwp",
    "2, 3, p, wcw, ppw",
    "2, 3, p, wcwccc, ppwwwc",
    "3, 2, c, wwppp, ccwwp",
    "3, 2, w, ppcpp, wwwww",
    "10, 10, c, ppppppppp, ccccccccc",
    "10, 10, c, pppppppppp, cccccccccp",
  })
  void verdictsFollow(int healthy, int unhealthy, char initial, String found, String verdicts) {
    Streak streak =
        new Streak(CheckTerms.of("a").withThresholds(healthy, unhealthy), LETTERS.get(initial));
    StringBuilder told = new StringBuilder();
    for (int i = 0; i < found.length(); i++) {
      told.append(streak.observe(LETTERS.get(found.charAt(i))).text().charAt(0));
    }
    assertEquals(verdicts, told.toString());
  }
}
