package dev.muster.format;

import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import dev.muster.format.Value.Sequence;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * XML 1.0 with namespaces, without document types: no entities but the five that XML has, nothing
 * fetched. An element is a scalar if it has text only, else a mapping of its attributes ({@code
 * @name}), its children (a sequence where a name repeats) and its own text ({@code #text}), without
 * the white space around it. The root element is the one member of the whole.
 */
final class XmlReader {
  private static final String TEXT = "#text";

  /** What the JDK has no sentences for. */
  private static final Pattern NAMESPACES =
      Pattern.compile("REC-xml-names-\\d+#(\\w+)\\?(.*)", Pattern.DOTALL);

  private final SourceText source;
  private final XMLStreamReader reader;
  private final Count count = new Count();

  private XmlReader(SourceText source, XMLStreamReader reader) {
    this.source = source;
    this.reader = reader;
  }

  static Value read(SourceText source) {
    // the JDK's own: others on the class path understand other settings
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (publicId, systemId, baseUri, namespace) -> {
          throw new XMLStreamException("External entities are not read.");
        });
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(source.text()));
      return new XmlReader(source, reader).document();
    } catch (XMLStreamException e) {
      throw new FormatException(problem(source, e));
    }
  }

  /** The parser tells where it stopped, which is after a tag or an entity that is wrong. */
  private static Problem problem(SourceText source, XMLStreamException e) {
    Location place = e.getLocation();
    int line = place == null ? 1 : Math.max(1, place.getLineNumber());
    int column = place == null ? 1 : Math.max(1, place.getColumnNumber());
    int offset = Math.min(source.text().length(), source.lineStart(line) + column - 1);
    String message = String.valueOf(e.getMessage());
    int at = message.indexOf("Message: ");
    message = at < 0 ? message : message.substring(at + "Message: ".length());
    Matcher namespaces = NAMESPACES.matcher(message);
    if (namespaces.find()) {
      boolean twice = namespaces.group(1).startsWith("AttributeN");
      String names = namespaces.group(2);
      int tag = source.text().lastIndexOf('<', offset);
      return source.problem(
          twice ? second(source.text(), tag, names.substring(names.indexOf('&') + 1)) : tag,
          (twice ? "An attribute stands twice" : "A prefix of a name is not declared")
              + ": "
              + names.replace("&", ", ")
              + ".");
    }
    if (message.startsWith("The entity ")) {
      offset = source.text().lastIndexOf('&', offset);
    }
    return source.problem(offset, Sentence.of(message));
  }

  /** Where a tag has an attribute for the second time; where it begins if that is not found. */
  private static int second(String text, int tag, String attribute) {
    Matcher found = Pattern.compile("\\s(" + Pattern.quote(attribute) + ")\\s*=").matcher(text);
    return found.find(tag) && found.find() ? found.start(1) : tag;
  }

  private Value document() throws XMLStreamException {
    String declared = reader.getCharacterEncodingScheme();
    if (declared != null && !declared.toUpperCase(Locale.ROOT).equals("UTF-8")) {
      throw new FormatException(
          source.problem(
              Math.max(0, source.text().indexOf(declared)),
              "The declaration says " + declared + "; only UTF-8 is stored."));
    }
    Map<String, Member> root = new LinkedHashMap<>();
    while (reader.hasNext()) {
      int event = reader.next();
      if (event == XMLStreamConstants.DTD) {
        throw new FormatException(
            source.problem(
                Math.max(0, source.text().indexOf("<!DOCTYPE")),
                "A document type (DOCTYPE) is not allowed: it can name files and entities."));
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        String name = name(reader.getPrefix(), reader.getLocalName());
        Span place = place();
        root.put(name, new Member(place, element(place, 1)));
      }
    }
    return new Mapping(root, false, Span.ofLine(1, 1));
  }

  private Value element(Span place, int depth) throws XMLStreamException {
    count.add(1, depth, place);
    Map<String, List<Member>> parts = new LinkedHashMap<>();
    attributes(place, parts, depth);
    StringBuilder text = new StringBuilder();
    int event = reader.next();
    while (event != XMLStreamConstants.END_ELEMENT) {
      if (event == XMLStreamConstants.START_ELEMENT) {
        String name = name(reader.getPrefix(), reader.getLocalName());
        Span childPlace = place();
        add(parts, name, new Member(childPlace, element(childPlace, depth + 1)));
      } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        text.append(reader.getText());
      } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw new FormatException(
            Problem.at(place(), "The entity &" + reader.getLocalName() + "; is not defined."));
      }
      event = reader.next();
    }
    Scalar own = new Scalar(ScalarType.STRING, text.toString().strip(), place);
    if (parts.isEmpty()) {
      return own;
    }
    if (!own.text().isEmpty()) {
      count.add(1, depth + 1, place);
      add(parts, TEXT, new Member(place, own));
    }
    return gather(parts, place);
  }

  private void attributes(Span place, Map<String, List<Member>> parts, int depth) {
    for (int i = 0; i < reader.getNamespaceCount(); i++) {
      String prefix = reader.getNamespacePrefix(i);
      String name = prefix == null || prefix.isEmpty() ? "@xmlns" : "@xmlns:" + prefix;
      attribute(name, String.valueOf(reader.getNamespaceURI(i)), place, parts, depth);
    }
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      String name = "@" + name(reader.getAttributePrefix(i), reader.getAttributeLocalName(i));
      attribute(name, reader.getAttributeValue(i), place, parts, depth);
    }
  }

  private void attribute(
      String name, String value, Span place, Map<String, List<Member>> parts, int depth) {
    count.add(1, depth + 1, place);
    add(parts, name, new Member(place, new Scalar(ScalarType.STRING, value, place)));
  }

  private static Mapping gather(Map<String, List<Member>> parts, Span place) {
    Map<String, Member> members = new LinkedHashMap<>();
    parts.forEach(
        (name, all) -> {
          Member first = all.get(0);
          Value value =
              all.size() == 1
                  ? first.value()
                  : new Sequence(all.stream().map(Member::value).toList(), false, first.name());
          members.put(name, new Member(first.name(), value));
        });
    return new Mapping(members, false, place);
  }

  private static void add(Map<String, List<Member>> parts, String name, Member member) {
    parts.computeIfAbsent(name, key -> new ArrayList<>(1)).add(member);
  }

  private static String name(String prefix, String local) {
    return prefix == null || prefix.isEmpty() ? local : prefix + ":" + local;
  }

  /** Of the tag just read: the parser tells where it ends, and no tag has a {@code <} inside. */
  private Span place() {
    int end = Math.min(reader.getLocation().getCharacterOffset(), source.text().length());
    int start = Math.max(0, source.text().lastIndexOf('<', Math.max(0, end - 1)));
    return source.span(start, end);
  }
}
