package dev.muster.door.rest;

import dev.muster.config.Content;
import dev.muster.config.effective.EffectiveLimits;
import dev.muster.config.effective.Preview;
import dev.muster.core.Bytes;
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
   * The changes.
   *
   * @throws Problem if they are not well-formed; their contents are not looked at
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
      return new Preview.Edit(item, null);
    }
    return new Preview.Edit(
        item,
        Content.of(
            change.contentType == null ? MediaTypes.DEFAULT : MediaTypes.check(change.contentType),
            item,
            Bytes.utf8(change.content)));
  }

  private static Problem invalid(String field, String what) {
    return new Problem(Code.INVALID_FIELD, "the field '" + field + "' " + what)
        .with("field", field);
  }
}
