package dev.muster.format;

import dev.muster.format.TreeEditor.NotInPlaceException;
import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import dev.muster.format.Value.Sequence;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads, sets and removes one property by its dotted key; see {@link PropertyView} for keys. */
public final class SingleProperty {

  /** The property, of any structured format. */
  public static Optional<Property> get(Document document, String key) {
    return Optional.ofNullable(PropertyView.of(document).get(key));
  }

  /**
   * The text with one property set, and everything else as it was: comments, order, blank lines,
   * line endings, quotes and escapes. Properties, YAML and JSON.
   *
   * <p>In YAML and JSON, a value that was a string stays one. Another, or a new one, is a number, a
   * boolean or null if the text is such a literal of JSON, and a string if not.
   *
   * <p>A key that is not there is appended: in properties at the end, else as the last member of
   * the deepest mapping on its way, the rest of its names nested; {@code list[n]} appends to a list
   * of n elements.
   *
   * @return the whole new text
   * @throws FormatException if the format has no single properties to set, if there are other keys
   *     below this one or a value above it, or if it is not written in a way that can be changed
   *     alone (an alias, an anchor, a merge key)
   */
  public static String set(Document document, String key, String value) {
    demandEditable(document, key);
    Strings.requireWhole(value, Span.ofLine(0, 0));
    String text =
        document.format() == Format.PROPERTIES
            ? PropertiesEditor.set(document, key, value)
            : setInTree(document, key, value);
    Document.parse(document.format(), text); // it may have grown beyond a limit
    return text;
  }

  /**
   * The text without one property, and everything else as it was. Properties, YAML and JSON. The
   * comment behind it goes with it, those above it stay.
   *
   * @return absent if there is no such property
   * @throws FormatException if the format has no single properties to remove, if there are other
   *     keys below this one, if it is an element of a list, or if it is not written in a way that
   *     can be removed alone: by an alias, twice, or as the only member of a mapping of YAML
   */
  public static Optional<String> remove(Document document, String key) {
    demandEditable(document, key);
    return document.format() == Format.PROPERTIES
        ? PropertiesEditor.remove(document, key)
        : removeFromTree(document, key);
  }

  private static void demandEditable(Document document, String key) {
    if (key.isEmpty() || key.length() > FormatLimits.SINGLE_KEY_CHARS_MAX) {
      throw new FormatException(
          "A key has 1 to " + FormatLimits.SINGLE_KEY_CHARS_MAX + " characters.");
    }
    if (!document.format().isEditable()) {
      throw new FormatException(
          "Single properties of " + document.format().contentType() + " cannot be changed.");
    }
    Strings.requireWhole(key, Span.ofLine(0, 0));
  }

  private static Optional<String> removeFromTree(Document document, String key) {
    KeyPath path = KeyPath.resolve(document.root(), key);
    if (!path.found()) {
      return Optional.empty();
    }
    demandLeaf(path.last(), key);
    List<Object> above = path.steps().subList(0, path.steps().size() - 1);
    Value parent = document.root();
    for (Object step : above) {
      parent = child(parent, step);
    }
    if (!(parent instanceof Mapping mapping)) {
      throw new FormatException(
          "'"
              + Strings.shorten(key)
              + "' is an element of a list, and those after it would move; patch the whole list.");
    }
    String name = (String) path.steps().get(above.size());
    Value expected = with(document.root(), above, Values.without(mapping, name));
    if (KeyPath.resolve(expected, key).found()) {
      throw new FormatException(
          "The key '"
              + Strings.shorten(key)
              + "' is spelled in two ways; publish the whole content instead.");
    }
    TreeEditor editor = new TreeEditor(document);
    try {
      editor.change(mapping, Map.of(name, Optional.empty()));
      return Optional.of(editor.result(expected));
    } catch (NotInPlaceException e) {
      throw notInPlace("removed", key, e);
    }
  }

  private static FormatException notInPlace(String what, String key, NotInPlaceException why) {
    return new FormatException(
        "The key '"
            + Strings.shorten(key)
            + "' cannot be "
            + what
            + " in place: "
            + why.getMessage()
            + ". Publish the whole content instead.");
  }

  private static String setInTree(Document document, String key, String value) {
    KeyPath path = KeyPath.resolve(document.root(), key);
    TreeEditor editor = new TreeEditor(document);
    try {
      if (path.found()) {
        Scalar now = replacement(path.last(), key, value);
        if (Values.same(path.last(), now)) {
          return document.text();
        }
        Span container = container(document.root(), path.steps());
        editor.replace(path.last(), now, container);
        return editor.result(with(document.root(), path.steps(), now));
      }
      Value grown = grown(path, key, Values.literal(value), editor);
      return editor.result(with(document.root(), path.steps(), grown));
    } catch (NotInPlaceException e) {
      throw notInPlace("set", key, e);
    }
  }

  private static Scalar replacement(Value old, String key, String value) {
    demandLeaf(old, key);
    return old instanceof Scalar scalar && scalar.type() == ScalarType.STRING
        ? Values.scalar(ScalarType.STRING, value)
        : Values.literal(value);
  }

  private static void demandLeaf(Value old, String key) {
    boolean branch =
        (old instanceof Mapping mapping && !mapping.members().isEmpty())
            || (old instanceof Sequence sequence && !sequence.items().isEmpty());
    if (branch) {
      throw new FormatException(
          "There are keys below '" + Strings.shorten(key) + "'; name one of those, or patch it.");
    }
  }

  /** What the container at the path's end becomes. */
  private static Value grown(KeyPath path, String key, Scalar value, TreeEditor editor)
      throws NotInPlaceException {
    if (path.last() instanceof Sequence sequence) {
      int size = sequence.items().size();
      if (PropertyKey.index(path.rest()) != size) {
        throw new FormatException(
            "There is a list on the way to '"
                + Strings.shorten(key)
                + "'; what can be appended to it is ["
                + size
                + "].");
      }
      editor.append(sequence, value);
      return Values.with(sequence, size, value);
    }
    if (!(path.last() instanceof Mapping mapping)) {
      throw new FormatException("The whole content is one value; it has no keys.");
    }
    List<String> names = PropertyKey.steps(path.rest());
    if (names.stream().anyMatch(PropertyKey::isIndex) || isNoKey(names)) {
      throw new FormatException(
          "There is no list for '" + Strings.shorten(key) + "'; patch it in as a whole.");
    }
    if (mapping.members().containsKey(names.get(0))) {
      throw new FormatException(
          "'" + names.get(0) + "' has a value; there can be no key below it: " + key + ".");
    }
    Value added = value;
    for (int i = names.size() - 1; i > 0; i--) {
      added = Values.with(Values.mapping(Map.of()), names.get(i), added);
    }
    editor.change(mapping, Map.of(names.get(0), Optional.of(added)));
    return Values.with(mapping, names.get(0), added);
  }

  /** Whether these are one name with dots or brackets where none belong. */
  private static boolean isNoKey(List<String> names) {
    String first = names.get(0);
    boolean inBrackets = first.startsWith("[") && first.indexOf(']') == first.length() - 1;
    return names.size() == 1
        && (!inBrackets || first.lastIndexOf('[') > 0)
        && (first.contains(".") || first.contains("[") || first.contains("]"));
  }

  private static Span container(Value root, List<Object> steps) {
    Value value = root;
    Span narrowest = root.span();
    for (Object step : steps) {
      if (value.span().within(narrowest)) {
        narrowest = value.span();
      }
      value = child(value, step);
    }
    return narrowest;
  }

  private static Value with(Value value, List<Object> steps, Value now) {
    if (steps.isEmpty()) {
      return now;
    }
    Object step = steps.get(0);
    Value changed = with(child(value, step), steps.subList(1, steps.size()), now);
    return step instanceof Integer index
        ? Values.with((Sequence) value, index, changed)
        : Values.with((Mapping) value, (String) step, changed);
  }

  private static Value child(Value value, Object step) {
    if (step instanceof Integer index) {
      return ((Sequence) value).items().get(index);
    }
    Value.Member member = ((Mapping) value).members().get((String) step);
    if (member == null) {
      throw new IllegalArgumentException(step + " is no member");
    }
    return member.value();
  }

  private SingleProperty() {}
}
