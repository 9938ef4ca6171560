package dev.muster.selector;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads expressions, by recursive descent.
 *
 * <pre>
 * selector   = [ demand *( "," demand ) ]
 * demand     = [ "!" ] text
 *            | text ( "=" | "==" | "!=" ) text
 *            | text ( "in" | "notin" ) "(" text *( "," text ) ")"
 *            | text ( "&lt;" | "&gt;" ) number
 * text       = word | quoted
 * </pre>
 */
final class SelectorParser {
  private final String text;
  private int at;

  SelectorParser(String text) {
    this.text = text;
  }

  Selector parse() {
    if (text.length() > Selector.LENGTH_MAX) {
      throw new SelectorException(
          Selector.LENGTH_MAX,
          "the expression has "
              + text.length()
              + " characters; at most "
              + Selector.LENGTH_MAX
              + " are read");
    }
    List<Demand> demands = new ArrayList<>();
    if (atEnd()) {
      return Selector.all();
    }
    do {
      if (demands.size() == Selector.DEMANDS_MAX) {
        throw new SelectorException(
            at, "more than " + Selector.DEMANDS_MAX + " demands: say less at once");
      }
      demands.add(demand());
    } while (take(","));
    if (!atEnd()) {
      throw new SelectorException(
          at, "'" + text.charAt(at) + "' is not expected here; demands are joined by ','");
    }
    return new Selector(demands);
  }

  private Demand demand() {
    if (take("!")) {
      return new Demand.Presence(text("the name of a label"), false);
    }
    String label = text("the name of a label");
    if (take("!=")) {
      return new Demand.Membership(label, only(text("a value")), false);
    }
    if (take("==") || take("=")) {
      return new Demand.Membership(label, only(text("a value")), true);
    }
    if (take(">")) {
      return new Demand.Comparison(label, number(), true);
    }
    if (take("<")) {
      return new Demand.Comparison(label, number(), false);
    }
    if (takeWord("in")) {
      return new Demand.Membership(label, values(), true);
    }
    if (takeWord("notin")) {
      return new Demand.Membership(label, values(), false);
    }
    return new Demand.Presence(label, true);
  }

  private static SortedSet<String> only(String value) {
    SortedSet<String> values = new TreeSet<>();
    values.add(value);
    return values;
  }

  private SortedSet<String> values() {
    if (!take("(")) {
      throw new SelectorException(at, "values in parentheses are expected here: (a, b)");
    }
    SortedSet<String> values = new TreeSet<>();
    do {
      if (values.size() == Selector.VALUES_MAX) {
        throw new SelectorException(at, "more than " + Selector.VALUES_MAX + " values");
      }
      values.add(text("a value"));
    } while (take(","));
    if (!take(")")) {
      throw new SelectorException(at, "the values end with ')'");
    }
    return values;
  }

  private BigDecimal number() {
    skipSpace();
    int start = at;
    BigDecimal number = Demand.Comparison.number(text("a number"));
    if (number == null) {
      throw new SelectorException(start, "a decimal number is expected here, such as 5 or -0.5");
    }
    return number;
  }

  private String text(String what) {
    skipSpace();
    if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
      return quoted();
    }
    int start = at;
    while (at < text.length() && isOfWord(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw new SelectorException(
          at, what + " is expected here; what is no plain word is written in quotes");
    }
    return text.substring(start, at);
  }

  private static boolean isOfWord(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_./@:+-".indexOf(c) >= 0;
  }

  private String quoted() {
    int start = at;
    char quote = text.charAt(at++);
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        return value.toString();
      }
      if (c == '\\' && at < text.length()) {
        c = text.charAt(at++);
      }
      value.append(c);
    }
    throw new SelectorException(start, "a quote is opened here and never closed");
  }

  /** Takes a word that stands alone, not the beginning of another one. */
  private boolean takeWord(String word) {
    skipSpace();
    int end = at + word.length();
    if (text.startsWith(word, at) && (end == text.length() || !isOfWord(text.charAt(end)))) {
      at = end;
      return true;
    }
    return false;
  }

  private boolean take(String sign) {
    skipSpace();
    if (text.startsWith(sign, at)) {
      at += sign.length();
      return true;
    }
    return false;
  }

  private boolean atEnd() {
    skipSpace();
    return at == text.length();
  }

  private void skipSpace() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }
}
