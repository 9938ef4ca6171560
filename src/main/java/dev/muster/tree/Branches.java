package dev.muster.tree;

import dev.muster.core.Path;
import java.util.Set;

/** The branches whose contents have a meaning that a raw write could break. Reading is free. */
public final class Branches {
  private static final Set<String> RESERVED = Set.of("config", "history", "services", "muster");

  private Branches() {}

  /** Whether only a service may write there. */
  public static boolean isReserved(Path path) {
    return !path.isRoot() && RESERVED.contains(path.segment(0));
  }
}
