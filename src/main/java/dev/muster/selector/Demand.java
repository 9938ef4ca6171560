package dev.muster.selector;

import java.math.BigDecimal;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One demand of a selector on one label. */
sealed interface Demand {
  /** Texts that need no quotes. */
  Pattern WORD = Pattern.compile("[A-Za-z0-9_./@:+-]+");

  boolean isMetBy(Labels labels);

  /** {@code name}: there is such a label; {@code !name}: there is none. */
  record Presence(String label, boolean wanted) implements Demand {
    @Override
    public boolean isMetBy(Labels labels) {
      return (labels.get(label) != null) == wanted;
    }

    @Override
    public String toString() {
      return (wanted ? "" : "!") + quoted(label);
    }
  }

  /**
   * {@code name in (a, b)}, {@code name = a}; {@code name notin (a, b)}, {@code name != a}, which
   * are met by the lack of the label as well.
   */
  record Membership(String label, SortedSet<String> values, boolean wanted) implements Demand {
    public Membership {
      values = new TreeSet<>(values);
    }

    @Override
    public boolean isMetBy(Labels labels) {
      String value = labels.get(label);
      return (value != null && values.contains(value)) == wanted;
    }

    @Override
    public String toString() {
      if (values.size() == 1) {
        return quoted(label) + (wanted ? "=" : "!=") + quoted(values.first());
      }
      return values.stream()
          .map(Demand::quoted)
          .collect(Collectors.joining(",", quoted(label) + (wanted ? " in (" : " notin ("), ")"));
    }
  }

  /** {@code name > 5}, {@code name < 5}: never met by what is no decimal number. */
  record Comparison(String label, BigDecimal bound, boolean greater) implements Demand {
    /** No label that is longer is a number: the time to read one grows with its length. */
    private static final int DIGITS_MAX = 32;

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    @Override
    public boolean isMetBy(Labels labels) {
      String value = labels.get(label);
      BigDecimal number = value == null ? null : number(value);
      if (number == null) {
        return false;
      }
      int order = number.compareTo(bound);
      return greater ? order > 0 : order < 0;
    }

    /** Nothing if the text is no decimal number. */
    static @Nullable BigDecimal number(String text) {
      return text.length() <= DIGITS_MAX && NUMBER.matcher(text).matches()
          ? new BigDecimal(text)
          : null;
    }

    @Override
    public String toString() {
      return quoted(label) + (greater ? ">" : "<") + bound.toPlainString();
    }
  }

  private static String quoted(String text) {
    boolean plain = WORD.matcher(text).matches() && !text.equals("in") && !text.equals("notin");
    return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
