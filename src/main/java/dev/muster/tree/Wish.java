package dev.muster.tree;

import dev.muster.core.Bytes;
import dev.muster.core.Life;
import dev.muster.core.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a raw write shall bring about.
 *
 * @param path of the node; with {@code sequential}, what its name begins with
 * @param life of a new node; absent for a persistent one, or whatever a present node has
 * @param sequential always a new node, its name ending in the parent's next number
 * @param parents whether missing ancestors are created too, as persistent nodes without data
 */
public record Wish(
    Path path,
    Bytes data,
    @Nullable Life life,
    boolean sequential,
    boolean parents,
    Demand demand) {
  Life lifeOfNew() {
    return life == null ? Life.persistent() : life;
  }
}
