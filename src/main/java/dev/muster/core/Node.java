package dev.muster.core;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * A node of the tree with all below it. Immutable, so that the same reference means that nothing at
 * or under the node has changed; compare with {@code ==}, {@code equals} walks the subtree.
 *
 * @param children direct children by name, sorted
 * @param subtreeNodes how many nodes there are at and under this one
 * @param subtreeBytes what they weigh: {@link #ownBytes} summed up, and the names of all below
 */
public record Node(
    Bytes data,
    PSortedMap<String, String> attributes,
    Stat stat,
    PSortedMap<String, Node> children,
    long subtreeNodes,
    long subtreeBytes) {

  static final Node EMPTY_ROOT = leaf(Bytes.EMPTY, TreePMap.empty(), Stat.ROOT);

  static Node leaf(Bytes data, PSortedMap<String, String> attributes, Stat stat) {
    return new Node(data, attributes, stat, TreePMap.empty(), 1, ownBytes(data, attributes));
  }

  /** Puts a node together again from what a snapshot holds; the sums are made anew. */
  public static Node assemble(
      Bytes data,
      PSortedMap<String, String> attributes,
      Stat stat,
      PSortedMap<String, Node> children) {
    long nodes = 1;
    long bytes = ownBytes(data, attributes);
    for (Map.Entry<String, Node> child : children.entrySet()) {
      nodes += child.getValue().subtreeNodes;
      bytes += weightAsChild(child.getKey(), child.getValue());
    }
    return new Node(data, attributes, stat, children, nodes, bytes);
  }

  /** What a node, with all below it, adds to the weight of its parent. */
  static long weightAsChild(String name, @Nullable Node node) {
    return node == null ? 0 : node.subtreeBytes + name.length();
  }

  /** What the node weighs against the data budget, without its name, which its parent holds. */
  static long ownBytes(Bytes data, Map<String, String> attributes) {
    long bytes = data.length();
    bytes += Limits.NODE_OVERHEAD_BYTES;
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      bytes += attribute.getKey().length() + attribute.getValue().length();
    }
    return bytes;
  }

  public @Nullable Node child(String name) {
    return children.get(name);
  }

  Node withContent(Bytes newData, PSortedMap<String, String> newAttributes, Stat newStat) {
    long difference = ownBytes(newData, newAttributes) - ownBytes(data, attributes);
    return new Node(
        newData, newAttributes, newStat, children, subtreeNodes, subtreeBytes + difference);
  }

  /**
   * With one child created ({@code before} absent), replaced, or deleted ({@code after} absent).
   */
  Node withChild(
      String name, @Nullable Node before, @Nullable Node after, long revision, long timeMillis) {
    Stat newStat;
    if (before == null) {
      newStat = stat.childCreated(revision, timeMillis);
    } else if (after == null) {
      newStat = stat.childDeleted(revision, timeMillis);
    } else {
      newStat = stat.touchedBelow(revision);
    }
    return new Node(
        data,
        attributes,
        newStat,
        after == null ? children.minus(name) : children.plus(name, after),
        subtreeNodes + nodes(after) - nodes(before),
        subtreeBytes + weightAsChild(name, after) - weightAsChild(name, before));
  }

  private static long nodes(@Nullable Node node) {
    return node == null ? 0 : node.subtreeNodes;
  }
}
