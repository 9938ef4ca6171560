package dev.muster.format;

import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import dev.muster.format.Value.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Changes JSON and YAML where it is written, through the places that the parser told. It knows the
 * usual ways to write them and not all: so the result is read again, and counts only if it says
 * what it shall.
 */
final class TreeEditor {
  /** What is not written here in a way that can be changed alone. */
  static final class NotInPlaceException extends Exception {
    private static final long serialVersionUID = 1L;

    NotInPlaceException(String message) {
      super(message);
    }
  }

  private static final Pattern COMMENT = Pattern.compile("\\s#");

  private final Document document;
  private final SourceText source;
  private final String text;
  private final String terminator;
  private final TextEdits edits = new TextEdits();

  TreeEditor(Document document) {
    this.document = document;
    this.source = new SourceText(document.text());
    this.text = document.text();
    this.terminator = source.lineTerminator();
  }

  /**
   * The text with all changes, if it says what is expected.
   *
   * @throws NotInPlaceException if it does not
   */
  String result(Value expected) throws NotInPlaceException {
    String result =
        edits
            .applyTo(text)
            .orElseThrow(() -> new NotInPlaceException("one change is inside another"));
    try {
      if (Values.same(Document.parse(document.format(), result).root(), expected)) {
        return result;
      }
    } catch (FormatException e) {
      throw new NotInPlaceException(e.problems().get(0).toString());
    }
    throw new NotInPlaceException("other values would change with it (is it used by an alias?)");
  }

  void replace(Value old, Value now, Span container) throws NotInPlaceException {
    Span span = old.span();
    if (!span.within(container)) {
      throw new NotInPlaceException("it is written elsewhere and stands here by an alias");
    }
    boolean block = document.format() == Format.YAML && !isFlow(old);
    int end = block ? contentEnd(old) : span.end();
    char first = span.start() < end ? text.charAt(span.start()) : ' ';
    if (block && (first == '&' || first == '!')) {
      throw new NotInPlaceException("it has an anchor or a tag");
    }
    String written = written(old, now, first);
    // A sequence may stand as far left as its key; nothing else that begins a line may.
    boolean indentless = block && span.start() < end && span.column() <= container.column();
    String lead = indentless ? "  " : span.start() == end ? " " : "";
    edits.add(span.start(), end, lead + written);
  }

  private String written(Value old, Value now, char first) {
    if (document.format() == Format.JSON) {
      return Emitter.json(now, indentOf(old.span().start()), unit(), terminator);
    }
    if (now instanceof Scalar scalar && scalar.type() == ScalarType.STRING) {
      boolean printable = scalar.text().chars().allMatch(c -> c >= ' ' && c < 0x7F);
      if (first == '\'' && printable) {
        return "'" + scalar.text().replace("'", "''") + "'";
      }
      return first == '"' ? Emitter.quoted(scalar.text()) : Emitter.yamlScalar(now);
    }
    return Emitter.json(now);
  }

  /** Sets members and removes those whose value is empty. */
  void change(Mapping mapping, Map<String, Optional<Value>> changes) throws NotInPlaceException {
    for (Map.Entry<String, Optional<Value>> change : changes.entrySet()) {
      Member member = mapping.members().get(change.getKey());
      if (member != null && !member.name().within(mapping.span())) {
        throw new NotInPlaceException("'" + change.getKey() + "' comes by a merge key");
      }
      if (member != null && change.getValue().isPresent()) {
        replace(member.value(), change.getValue().get(), mapping.span());
      }
    }
    Set<String> kept = new LinkedHashSet<>();
    mapping
        .members()
        .forEach(
            (name, member) -> {
              boolean removed = changes.containsKey(name) && changes.get(name).isEmpty();
              if (!removed && member.name().within(mapping.span())) {
                kept.add(name);
              }
            });
    Map<String, Member> added = new LinkedHashMap<>();
    changes.forEach(
        (name, value) ->
            value
                .filter(set -> !mapping.members().containsKey(name))
                .ifPresent(set -> added.put(name, new Member(mapping.span(), set))));
    if (isFlow(mapping)) {
      new FlowEdits(mapping, kept).change(added);
    } else {
      changeBlock(mapping, kept, added, changes);
    }
  }

  private void changeBlock(
      Mapping mapping,
      Set<String> kept,
      Map<String, Member> added,
      Map<String, Optional<Value>> changes)
      throws NotInPlaceException {
    if (kept.isEmpty() && !mapping.members().isEmpty()) {
      throw new NotInPlaceException("nothing of the mapping would be left");
    }
    for (Map.Entry<String, Optional<Value>> change : changes.entrySet()) {
      Member member = mapping.members().get(change.getKey());
      if (member != null && change.getValue().isEmpty()) {
        removeLines(member);
      }
    }
    if (!added.isEmpty()) {
      String indent =
          kept.isEmpty()
              ? ""
              : " ".repeat(member(mapping, kept.iterator().next()).name().column() - 1);
      int end = mapping.members().isEmpty() ? text.length() : contentEnd(mapping);
      insertLines(end, Emitter.yaml(Values.mapping(added), indent, terminator));
    }
  }

  private void removeLines(Member member) throws NotInPlaceException {
    int start = source.lineStart(member.name().line());
    if (!text.substring(start, member.name().start()).isBlank()) {
      throw new NotInPlaceException("it does not begin its line");
    }
    int end = memberEnd(member);
    int lineEnd = end;
    if (text.charAt(end - 1) != '\n') {
      lineEnd = source.lineEnd(end);
      lineEnd += text.startsWith(terminator, lineEnd) ? terminator.length() : 0;
    }
    edits.add(start, lineEnd, "");
  }

  /** After the line that the offset is in. */
  private void insertLines(int offset, String lines) {
    if (offset > 0 && text.charAt(offset - 1) == '\n') {
      edits.add(offset, offset, lines);
      return;
    }
    int end = source.lineEnd(offset);
    boolean terminated = text.startsWith(terminator, end);
    int at = terminated ? end + terminator.length() : end;
    boolean needsBreak = !terminated && at > 0;
    edits.add(at, at, needsBreak ? terminator + lines : lines);
  }

  void append(Sequence sequence, Value item) throws NotInPlaceException {
    if (isFlow(sequence)) {
      int end = sequence.span().end() - 1;
      if (sequence.items().isEmpty()) {
        edits.add(sequence.span().start() + 1, end, Emitter.json(item));
        return;
      }
      Value last = sequence.items().get(sequence.items().size() - 1);
      requireOwn(last, sequence.span());
      int lastEnd = last.span().end();
      edits.add(lastEnd, lastEnd, separator(sequence.items().get(0)) + Emitter.json(item));
      return;
    }
    int dash = sequence.span().start();
    if (text.charAt(dash) != '-') {
      throw new NotInPlaceException("the sequence has an anchor or a tag");
    }
    String indent = " ".repeat(sequence.span().column() - 1);
    insertLines(contentEnd(sequence), indent + "- " + Emitter.yamlScalar(item) + terminator);
  }

  /** A comma, and a new line if the first element stands on its own. */
  private String separator(Value first) {
    int start = source.lineStart(first.span().line());
    String before = text.substring(start, first.span().start());
    return before.isBlank() ? "," + terminator + before : ", ";
  }

  private static void requireOwn(Value value, Span container) throws NotInPlaceException {
    if (!value.span().within(container)) {
      throw new NotInPlaceException("a neighbour stands there by an alias");
    }
  }

  /** Where what a block says ends; the parser's end includes what follows it. */
  private int contentEnd(Value value) {
    if (value instanceof Mapping mapping && !mapping.flow()) {
      int end = value.span().start();
      for (Member member : mapping.members().values()) {
        end = member.name().within(mapping.span()) ? Math.max(end, memberEnd(member)) : end;
      }
      return end;
    }
    if (value instanceof Sequence sequence && !sequence.flow()) {
      int end = value.span().start();
      for (Value item : sequence.items()) {
        end = item.span().within(sequence.span()) ? Math.max(end, contentEnd(item)) : end;
      }
      return end;
    }
    int end = value.span().end();
    while (end > value.span().start() && Character.isWhitespace(text.charAt(end - 1))) {
      end--; // of a block scalar, whose last line break belongs to it
    }
    return end;
  }

  /** An alias ends with its line: its value is elsewhere. */
  private int memberEnd(Member member) {
    boolean own = member.value().span().start() >= member.name().end();
    return own ? contentEnd(member.value()) : source.lineEnd(member.name().end());
  }

  private static boolean isFlow(Value value) {
    return (value instanceof Mapping mapping && mapping.flow())
        || (value instanceof Sequence sequence && sequence.flow());
  }

  private static Member member(Mapping mapping, String name) {
    return Objects.requireNonNull(mapping.members().get(name), name);
  }

  private String indentOf(int offset) {
    int start = source.lineStart(source.lineOf(offset));
    int end = start;
    while (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
      end++;
    }
    return text.substring(start, end);
  }

  /** How the first member of the whole is indented, if it stands on its own line. */
  private String unit() {
    if (document.root() instanceof Mapping mapping && !mapping.members().isEmpty()) {
      Span first = mapping.members().values().iterator().next().name();
      String before = text.substring(source.lineStart(first.line()), first.start());
      if (!before.isEmpty() && before.isBlank()) {
        return before;
      }
    }
    return "  ";
  }

  /** Changes of what is in braces: commas have to stay right. */
  private final class FlowEdits {
    private final Mapping mapping;
    private final List<String> names;
    private final Set<String> kept;

    private FlowEdits(Mapping mapping, Set<String> kept) throws NotInPlaceException {
      this.mapping = mapping;
      this.names = List.copyOf(mapping.members().keySet());
      this.kept = kept;
      for (Member member : mapping.members().values()) {
        requireOwn(member.value(), mapping.span());
      }
    }

    private void change(Map<String, Member> added) throws NotInPlaceException {
      boolean removed = kept.size() < names.size();
      if ((removed || !added.isEmpty()) && hasComments()) {
        throw new NotInPlaceException("comments between braces would get to others");
      }
      Span span = mapping.span();
      boolean lines = !names.isEmpty() && isOnOwnLine(member(names.get(0)).name());
      String indent = indentOf(span.start());
      String inner = lines ? indentOf(member(names.get(0)).name().start()) : indent + unit();
      boolean rootOnLines = names.isEmpty() && span.start() == document.root().span().start();
      boolean block = document.format() == Format.JSON && (lines || rootOnLines);
      List<String> written = new ArrayList<>();
      added.forEach(
          (name, member) ->
              written.add(
                  Emitter.quoted(name)
                      + ": "
                      + (block
                          ? Emitter.json(member.value(), inner, unit(), terminator)
                          : Emitter.json(member.value()))));
      String between = lines || rootOnLines ? "," + terminator + inner : ", ";
      String more = String.join(between, written);
      if (kept.isEmpty() && !(names.isEmpty() && added.isEmpty())) {
        boolean spread = (lines || rootOnLines) && !more.isEmpty();
        String all = spread ? terminator + inner + more + terminator + indent : more;
        edits.add(span.start() + 1, span.end() - 1, all);
        return;
      }
      String last = removeOthers();
      if (!more.isEmpty() && last != null) {
        int end = member(last).value().span().end();
        edits.add(end, end, between + more);
      }
    }

    /** Or what looks like one; JSON has none. */
    private boolean hasComments() {
      String all = text.substring(mapping.span().start(), mapping.span().end());
      return document.format() == Format.YAML && COMMENT.matcher(all).find();
    }

    /** The last member that is kept. */
    private @Nullable String removeOthers() {
      String before = null; // the last member kept so far
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        if (kept.contains(name)) {
          before = name;
        } else if (before == null) {
          edits.add(member(name).name().start(), member(names.get(i + 1)).name().start(), "");
        } else {
          int start = member(names.get(i - 1)).value().span().end();
          edits.add(start, member(name).value().span().end(), "");
        }
      }
      return before;
    }

    private Member member(String name) {
      return TreeEditor.member(mapping, name);
    }

    private boolean isOnOwnLine(Span name) {
      return text.substring(source.lineStart(name.line()), name.start()).isBlank()
          && source.lineOf(mapping.span().start()) != name.line();
    }
  }
}
