package dev.muster.config.transfer;

import dev.muster.config.ConfigPages;
import dev.muster.config.Configs;
import dev.muster.config.Content;
import dev.muster.config.ItemMetadata;
import dev.muster.core.Node;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done to a namespace so that it holds a bundle.
 *
 * @param revision of the state that it was made from
 * @param steps by name
 */
public record Plan(long revision, List<Step> steps) {
  /** What happens to items that the bundle lacks. */
  public enum Mode {
    /** They stay. */
    MERGE,
    /** They are deleted. */
    MIRROR
  }

  /** What happens to an item. */
  public enum Action {
    CREATE,
    REPLACE,
    UNCHANGED,
    DELETE
  }

  /**
   * One item's part.
   *
   * @param before the item as it is; absent if it is created
   * @param after as it shall be; absent if it is deleted
   */
  public record Step(
      String name, Action action, @Nullable Node before, Bundle.@Nullable Item after) {}

  /**
   * Compares.
   *
   * @param prefix of the items of the namespace that the bundle is to replace
   * @throws TransferException if items have names that none may have
   */
  public static Plan of(State state, String namespace, String prefix, Bundle bundle, Mode mode) {
    SortedMap<String, Node> present = new TreeMap<>();
    ConfigPages.page(state, namespace, prefix, "", Integer.MAX_VALUE)
        .items()
        .forEach(item -> present.put(item.name(), item.node()));
    demandNames(namespace, bundle);
    List<Step> steps = new ArrayList<>();
    for (Bundle.Item item : bundle.items().values()) {
      Node before = Configs.find(state, namespace, item.name());
      Action action =
          before == null ? Action.CREATE : isSame(before, item) ? Action.UNCHANGED : Action.REPLACE;
      steps.add(new Step(item.name(), action, before, item));
      present.remove(item.name());
    }
    if (mode == Mode.MIRROR) {
      present.forEach((name, node) -> steps.add(new Step(name, Action.DELETE, node, null)));
    }
    steps.sort(Comparator.comparing(Step::name));
    return new Plan(state.revision(), steps);
  }

  private static void demandNames(String namespace, Bundle bundle) {
    List<TransferException.Problem> problems = new ArrayList<>();
    for (String name : bundle.items().keySet()) {
      try {
        Configs.path(namespace, name);
      } catch (IllegalArgumentException invalid) {
        if (problems.size() < TransferLimits.PROBLEMS_MAX) {
          problems.add(new TransferException.Problem(name, String.valueOf(invalid.getMessage())));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new TransferException(problems);
    }
  }

  private static boolean isSame(Node node, Bundle.Item item) {
    return Content.of(node).equals(item.content())
        && ItemMetadata.of(node.attributes()).equals(item.metadata());
  }
}
