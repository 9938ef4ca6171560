package dev.muster.format;

import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML 1.2 with its core schema, built from the parser's events: so every value has its place, and
 * aliases cost what they stand for. Merge keys ({@code <<}) are of YAML 1.1 but widely used, and
 * are understood; a member's own keys win, then those of the first mapping merged.
 */
final class YamlReader {
  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setCodePointLimit(FormatLimits.CONTENT_BYTES_MAX + 1).build();

  /** A value; how many values and characters it is when aliases are followed, and how deep. */
  private record Built(Value value, int size, long chars, int depth) {}

  private final SourceText source;
  private final int @Nullable [] offsets;
  private final Iterator<Event> events;
  private final Count count = new Count();
  private final Map<Anchor, Built> anchors = new HashMap<>();
  private final Set<Anchor> open = new HashSet<>();

  private YamlReader(SourceText source) {
    this.source = source;
    this.offsets = offsets(source.text());
    this.events = new Parse(SETTINGS).parseString(source.text()).iterator();
  }

  /** The documents of the stream; none if it has comments only. */
  static List<Value> read(SourceText source) {
    YamlReader reader = new YamlReader(source);
    try {
      return reader.documents();
    } catch (MarkedYamlEngineException e) {
      throw new FormatException(reader.problem(e));
    } catch (ReaderException e) {
      throw new FormatException(
          source.problem(
              reader.offset(e.getPosition()),
              String.format("YAML does not allow the character U+%04X.", e.getCodePoint())));
    } catch (YamlEngineException e) {
      throw new FormatException(source.problem(0, Sentence.of(e.getMessage())));
    }
  }

  private Problem problem(MarkedYamlEngineException e) {
    Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
    String problem = String.valueOf(e.getProblem() == null ? e.getMessage() : e.getProblem());
    String context = e.getContext() == null ? "" : e.getContext() + ", ";
    int offset = mark.map(this::offset).orElse(0);
    if (problem.contains("(TAB)")) {
      offset = firstTab(offset);
    }
    return source.problem(offset, Sentence.of(context + problem));
  }

  /** The tab that indents the line, where there is one: the parser may point after it. */
  private int firstTab(int offset) {
    int start = source.lineStart(source.lineOf(offset));
    int tab = source.text().indexOf('\t', start);
    boolean indents = tab >= 0 && tab <= offset && source.text().substring(start, tab).isBlank();
    return indents ? tab : offset;
  }

  private List<Value> documents() {
    List<Value> documents = new ArrayList<>();
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case DocumentStart -> {
          anchors.clear();
          documents.add(node(events.next(), 0).value());
        }
        default -> {}
      }
    }
    return documents;
  }

  private Built node(Event event, int depth) {
    if (event instanceof AliasEvent alias) {
      return aliased(alias, depth);
    }
    Span start = span(event);
    count.add(1, depth, start);
    Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
    anchor.ifPresent(
        name -> {
          anchors.remove(name);
          open.add(name);
        });
    Built built;
    if (event instanceof ScalarEvent scalar) {
      Scalar read = YamlScalars.read(scalar, start);
      count.addChars(read.text().length(), start);
      built = new Built(read, 1, read.text().length(), 0);
    } else if (event instanceof SequenceStartEvent sequence) {
      built = sequence(sequence, start, depth);
    } else {
      built = mapping((MappingStartEvent) event, start, depth);
    }
    anchor.ifPresent(
        name -> {
          open.remove(name);
          anchors.put(name, built);
        });
    return built;
  }

  private Built aliased(AliasEvent alias, int depth) {
    Span place = span(alias);
    Built target = anchors.get(alias.getAlias());
    if (target == null) {
      String name = "*" + alias.getAlias().getValue();
      throw new FormatException(
          Problem.at(
              place,
              open.contains(alias.getAlias())
                  ? "The alias " + name + " stands inside what it stands for."
                  : "There is no anchor before this alias " + name + "."));
    }
    count.add(target.size(), depth + target.depth(), place);
    count.addChars(target.chars(), place);
    return target;
  }

  private Built sequence(SequenceStartEvent start, Span place, int depth) {
    List<Value> items = new ArrayList<>();
    int size = 1;
    long chars = 0;
    int deepest = 0;
    Event event = events.next();
    while (event.getEventId() != Event.ID.SequenceEnd) {
      Built item = node(event, depth + 1);
      items.add(item.value());
      size += item.size();
      chars += item.chars();
      deepest = Math.max(deepest, item.depth());
      event = events.next();
    }
    return new Built(
        new Sequence(items, start.isFlow(), place.to(end(event))), size, chars, deepest + 1);
  }

  private Built mapping(MappingStartEvent start, Span place, int depth) {
    Map<String, Member> members = new LinkedHashMap<>();
    List<Mapping> merged = new ArrayList<>();
    int size = 1;
    long chars = 0;
    int deepest = 0;
    Event event = events.next();
    while (event.getEventId() != Event.ID.MappingEnd) {
      Span keyPlace = span(event);
      boolean merge =
          event instanceof ScalarEvent scalar && scalar.isPlain() && scalar.getValue().equals("<<");
      String name = name(event, depth);
      Built value = node(events.next(), depth + 1);
      size += value.size();
      chars += name.length() + value.chars();
      deepest = Math.max(deepest, value.depth());
      if (merge) {
        merge(value.value(), keyPlace, merged);
      } else {
        Member first = members.get(name);
        if (first != null) {
          throw Strings.duplicate(name, keyPlace, first.name());
        }
        members.put(name, new Member(keyPlace, value.value()));
      }
      event = events.next();
    }
    merged.forEach(more -> more.members().forEach(members::putIfAbsent));
    return new Built(
        new Mapping(members, start.isFlow(), place.to(end(event))), size, chars, deepest + 1);
  }

  private String name(Event event, int depth) {
    if (node(event, depth + 1).value() instanceof Scalar scalar) {
      return scalar.text();
    }
    throw new FormatException(
        Problem.at(span(event), "This key is a mapping or a sequence; keys must be scalars."));
  }

  private static void merge(Value value, Span place, List<Mapping> into) {
    List<Value> values = value instanceof Sequence sequence ? sequence.items() : List.of(value);
    for (Value one : values) {
      if (!(one instanceof Mapping mapping)) {
        throw new FormatException(
            Problem.at(place, "The merge key << takes a mapping or a sequence of mappings."));
      }
      into.add(mapping);
    }
  }

  private Span span(Event event) {
    int start = event.getStartMark().map(this::offset).orElseThrow();
    return source.span(start, end(event));
  }

  private int end(Event event) {
    return event.getEndMark().map(this::offset).orElseThrow();
  }

  private int offset(Mark mark) {
    return offset(mark.getIndex());
  }

  /** The parser counts code points. */
  private int offset(int codePoint) {
    return offsets == null ? codePoint : offsets[Math.min(codePoint, offsets.length - 1)];
  }

  private static int @Nullable [] offsets(String text) {
    int count = text.codePointCount(0, text.length());
    if (count == text.length()) {
      return null;
    }
    int[] offsets = new int[count + 1];
    int offset = 0;
    for (int i = 0; i < count; i++) {
      offsets[i] = offset;
      offset += Character.charCount(text.codePointAt(offset));
    }
    offsets[count] = offset;
    return offsets;
  }
}
