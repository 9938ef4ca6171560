package dev.muster.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  private static final Labels LABELS =
      Labels.of(
          Map.of(
              "zone",
              "a",
              "version",
              "2.1",
              "canary",
              "",
              "in",
              "x",
              "team",
              "a \"b\" c",
              "n",
              "-7"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "zone",
        "zone=a",
        "zone == a",
        "zone!=b",
        "absent != b",
        "absent notin (b)",
        "!absent",
        "! absent",
        "zone in (b, a)",
        "zone in(a)",
        "zone notin (b,c)",
        "version > 2",
        "version<2.2",
        "n > -8, n < 0",
        "zone=a,version=2.1, canary",
        "canary=''",
        "in=x",
        "in in (x)",
        "team=\"a \\\"b\\\" c\"",
        "team='a \"b\" c'"
      })
  void picks(String expression) {
    Selector selector = Selector.parse(expression);
    assertTrue(selector.matches(LABELS), expression);
    assertEquals(selector, Selector.parse(selector.toString()), selector.toString());
    assertTrue(Selector.parse(selector.toString()).matches(LABELS), selector.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "absent",
        "!zone",
        "zone=b",
        "zone!=a",
        "absent=a",
        "absent in (a, '')",
        "zone notin (a)",
        "zone > 1",
        "absent > 1",
        "version > 2.1",
        "version < 2.1",
        "zone=a, zone=b"
      })
  void leavesOut(String expression) {
    assertFalse(Selector.parse(expression).matches(LABELS), expression);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ", | 0 | name of a label",
        "zone= | 5 | a value",
        "zone=a, | 7 | name of a label",
        "zone in a | 8 | parentheses",
        "zone in (a | 10 | ')'",
        "zone in () | 9 | a value",
        "zone=a b | 7 | joined by ','",
        "zone > x | 7 | decimal number",
        "zone='a | 5 | never closed",
        "zone=bücher | 6 | not expected",
        "!zone=a | 5 | not expected",
        "(zone=a) | 0 | name of a label"
      })
  void saysWhatIsWrongAndWhere(String expression, int position, String what) {
    SelectorException invalid =
        assertThrows(SelectorException.class, () -> Selector.parse(expression));
    assertEquals(position, invalid.position(), invalid.getMessage());
    assertTrue(invalid.getMessage().contains(what), invalid.getMessage());
  }

  @Test
  void isBounded() {
    assertThrows(SelectorException.class, () -> Selector.parse("a".repeat(2_049)));
    assertThrows(SelectorException.class, () -> Selector.parse("a,".repeat(40) + "a"));
    assertThrows(SelectorException.class, () -> Selector.parse("a in (" + values(129) + ")"));
    assertTrue(Selector.parse("a in (" + values(128) + ")").matches(Labels.of(Map.of("a", "7"))));
  }

  private static String values(int count) {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < count; i++) {
      values.append(i == 0 ? "" : ",").append(i);
    }
    return values.toString();
  }
}
