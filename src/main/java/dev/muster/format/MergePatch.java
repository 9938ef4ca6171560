package dev.muster.format;

import dev.muster.format.TreeEditor.NotInPlaceException;
import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * JSON merge patches (RFC 7396) of JSON and YAML. What the patch does not touch stays as it is
 * written: comments, order, quotes. Where that cannot be done soundly (anchors, aliases and merge
 * keys that are touched, a mapping of YAML that loses its last member, a replaced whole), the
 * content is written anew, and {@link Patched#inPlace} says so.
 */
public final class MergePatch {
  /**
   * A content after its patch.
   *
   * @param text the whole new text
   * @param inPlace whether everything untouched is as it was; otherwise comments are lost
   */
  public record Patched(String text, boolean inPlace) {}

  /**
   * The patched content.
   *
   * @param patch JSON
   * @throws FormatException if the content is neither JSON nor YAML, if the patch is not
   *     well-formed, or if the result passes a limit
   */
  public static Patched apply(Document document, byte[] patch) {
    if (!document.format().isPatchable()) {
      throw new FormatException(
          "A merge patch applies to JSON and YAML, not to "
              + document.format().contentType()
              + ".");
    }
    Value change = Document.parse(Format.JSON, patch).root();
    Value expected = Values.merge(document.root(), change);
    if (Values.same(document.root(), expected)) {
      return new Patched(document.text(), true);
    }
    Patched patched = written(document, change, expected);
    Document.parse(document.format(), patched.text()); // it may have grown beyond a limit
    return patched;
  }

  private static Patched written(Document document, Value change, Value expected) {
    if (document.root() instanceof Mapping root && change instanceof Mapping changes) {
      TreeEditor editor = new TreeEditor(document);
      try {
        edit(editor, root, changes, root.span());
        return new Patched(editor.result(expected), true);
      } catch (NotInPlaceException e) {
        // anew, then
      }
    }
    String terminator = new SourceText(document.text()).lineTerminator();
    String text =
        document.format() == Format.JSON
            ? Emitter.json(expected, "", "  ", terminator) + terminator
            : Emitter.yaml(expected, "", terminator);
    return new Patched(text, false);
  }

  private static void edit(TreeEditor editor, Mapping target, Mapping changes, Span container)
      throws NotInPlaceException {
    if (!target.span().within(container)) {
      throw new NotInPlaceException("an alias stands here");
    }
    Map<String, Optional<Value>> members = new LinkedHashMap<>();
    for (Map.Entry<String, Member> change : changes.members().entrySet()) {
      String name = change.getKey();
      Value wanted = change.getValue().value();
      Member before = target.members().get(name);
      if (before == null) {
        if (!Values.isNull(wanted)) {
          members.put(name, Optional.of(Values.merge(null, wanted)));
        }
      } else if (Values.isNull(wanted)) {
        members.put(name, Optional.empty());
      } else if (before.value() instanceof Mapping inner && wanted instanceof Mapping more) {
        edit(editor, inner, more, target.span());
      } else if (!Values.same(before.value(), wanted)) {
        members.put(name, Optional.of(Values.merge(null, wanted)));
      }
    }
    if (!members.isEmpty()) {
      editor.change(target, members);
    }
  }

  private MergePatch() {}
}
