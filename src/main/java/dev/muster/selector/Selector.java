package dev.muster.selector;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Picks by labels: all of its demands must be met. The language is that of Kubernetes' label
 * selectors ("set-based requirements"), which operators know: {@code zone in (a, b), version != 1,
 * canary, !legacy, weight > 5}. Values that are no plain word are written in quotes. Immutable.
 */
public final class Selector {
  public static final int LENGTH_MAX = 2_048;
  public static final int DEMANDS_MAX = 32;
  public static final int VALUES_MAX = 128;

  private static final Selector ALL = new Selector(List.of());

  private final List<Demand> demands;

  Selector(List<Demand> demands) {
    this.demands = List.copyOf(demands);
  }

  /** Picks everything. */
  public static Selector all() {
    return ALL;
  }

  /**
   * Reads an expression; an empty one picks everything.
   *
   * @throws SelectorException saying what is wrong, and where
   */
  public static Selector parse(String text) {
    return new SelectorParser(text).parse();
  }

  /** Whether all demands are met. */
  public boolean matches(Labels labels) {
    for (Demand demand : demands) {
      if (!demand.isMetBy(labels)) {
        return false;
      }
    }
    return true;
  }

  public boolean isAll() {
    return demands.isEmpty();
  }

  /** One spelling for all expressions that say the same in the same order; it can be parsed. */
  @Override
  public String toString() {
    return demands.stream().map(Demand::toString).collect(Collectors.joining(","));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Selector selector && selector.demands.equals(demands);
  }

  @Override
  public int hashCode() {
    return demands.hashCode();
  }
}
