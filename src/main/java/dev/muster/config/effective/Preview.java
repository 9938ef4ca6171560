package dev.muster.config.effective;

import dev.muster.config.Configs;
import dev.muster.config.Content;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.core.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * What the state would be after changes that are not published. The state itself computes it, as it
 * would for an entry of the log; nobody but the caller sees the result.
 */
public final class Preview {
  /** Of no node: their names are not empty. */
  private static final String NOBODY = "";

  private Preview() {}

  /**
   * A change of an item.
   *
   * @param content what it would hold; absent if it would be deleted
   */
  public record Edit(String item, @Nullable Content content) {}

  /**
   * The state after the changes, or why it would refuse them.
   *
   * @param unknown an item that would be deleted and does not exist; absent if all do
   */
  public record Outcome(State state, Reply.@Nullable Refused refused, @Nullable String unknown) {}

  /** Tries changes of different items, all in one revision. */
  public static Outcome of(State state, String namespace, List<Edit> edits) {
    List<Change> changes = new ArrayList<>();
    Set<Path> put = new HashSet<>();
    for (Edit edit : edits) {
      Path path = Configs.path(namespace, edit.item());
      Node node = state.tree().find(path);
      Node item = node != null && Configs.isItem(node) ? node : null;
      Content content = edit.content();
      if (content != null) {
        PSortedMap<String, String> kept = item == null ? TreePMap.empty() : item.attributes();
        changes.add(new Change.Ensure(path.parent(), Life.persistent()));
        changes.add(
            new Change.Put(path, content.data(), kept.plus(Configs.CONTENT_TYPE, content.type())));
        put.add(path);
      } else if (item == null) {
        return new Outcome(state, null, edit.item());
      } else {
        changes.add(new Change.Put(path, Bytes.EMPTY, TreePMap.empty()));
      }
    }
    for (Edit edit : edits) {
      deleteEmptied(state, Configs.path(namespace, edit.item()), edit, put, changes);
    }
    Command command = new Command.Transact(List.of(), changes);
    Limits.check(command);
    long incarnation =
        state.proposers().containsKey(NOBODY) ? state.proposers().get(NOBODY).incarnation() + 1 : 0;
    Step step =
        state.apply(
            state.applied() + 1,
            new Entry(state.timeMillis(), NOBODY, incarnation, 1, List.of(command)));
    return step.replies().get(0) instanceof Reply.Refused refused
        ? new Outcome(state, refused, null)
        : new Outcome(step.state(), null, null);
  }

  /** A node goes with its item, unless something is below it. */
  private static void deleteEmptied(
      State state, Path path, Edit edit, Set<Path> put, List<Change> changes) {
    Node node = state.tree().find(path);
    boolean stays =
        edit.content() != null
            || node == null
            || !node.children().isEmpty()
            || put.stream().anyMatch(other -> other.isAtOrUnder(path));
    if (!stays) {
      changes.add(new Change.Delete(path));
    }
  }
}
