package dev.muster.door.rest;

import dev.muster.config.Content;
import dev.muster.config.effective.EffectiveLimits;
import dev.muster.config.effective.Preview;
import dev.muster.core.Bytes;
import dev.muster.core.Limits;
import dev.muster.format.Format;
import dev.muster.format.Syntax;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes to be tried. */
public record PreviewBody(@Nullable List<@Nullable ItemChange> changes) {

  /**
   * A change of an item.
   *
   * @param contentType as of a PUT: absent for what the name stands for
   * @param content what it would hold; absent if it would be deleted
   */
  public record ItemChange(
      @Nullable String item,
      @Nullable String contentType,
      @Nullable String content,
      @Nullable Boolean delete) {}

  /**
   * The changes, if each of them could be published. May take long.
   *
   * @throws Problem otherwise, with the item
   */
  List<Preview.Edit> edits() {
    if (changes == null) {
      throw new Problem(Code.MISSING_FIELD, "'changes' is needed: a list of what to try")
          .with("field", "changes");
    }
    if (changes.size() > EffectiveLimits.PREVIEW_CHANGES_MAX) {
      throw invalid("changes", "has at most " + EffectiveLimits.PREVIEW_CHANGES_MAX + " changes");
    }
    List<Preview.Edit> edits = new ArrayList<>();
    Set<String> items = new HashSet<>();
    for (int i = 0; i < changes.size(); i++) {
      ItemChange change = changes.get(i);
      String field = "changes[" + i + "]";
      if (change == null || change.item == null) {
        throw new Problem(Code.MISSING_FIELD, "a change needs 'item'")
            .with("field", field + ".item");
      }
      if (!items.add(change.item)) {
        throw invalid(field + ".item", "is there already: name each item once");
      }
      boolean delete = change.delete != null && change.delete;
      if (delete == (change.content != null)) {
        throw invalid(field, "needs either 'content' or 'delete': true");
      }
      edits.add(edit(change.item, change));
    }
    return edits;
  }

  private static Preview.Edit edit(String item, ItemChange change) {
    if (change.content == null) {
      return new Preview.Edit(item, MediaTypes.DEFAULT, null);
    }
    Content content =
        Content.of(
            change.contentType == null ? MediaTypes.DEFAULT : MediaTypes.check(change.contentType),
            item,
            Bytes.utf8(change.content));
    Limits.atMost("node.data", content.data().length(), Limits.NODE_DATA_BYTES_MAX, "bytes");
    Format format = content.format();
    List<dev.muster.format.Problem> problems = Syntax.check(format, content.data().array());
    if (!problems.isEmpty()) {
      dev.muster.format.Problem first = problems.get(0);
      throw new Problem(
              Code.INVALID_CONTENT,
              "%s is not %s: line %d, column %d: %s"
                  .formatted(item, format, first.line(), first.column(), first.message()))
          .with("item", item)
          .with("format", format.contentType())
          .with("problems", problems);
    }
    return new Preview.Edit(item, content.type(), content.data());
  }

  private static Problem invalid(String field, String what) {
    return new Problem(Code.INVALID_FIELD, "the field '" + field + "' " + what)
        .with("field", field);
  }
}
