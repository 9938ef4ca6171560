package dev.muster.quarkus.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * YAML 1.2 with its core schema and merge keys ({@code <<}), as properties. The servers have
 * checked what is published; here it only has to be understood the same way.
 */
final class YamlFlat {
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new CoreSchema())
          .setMaxAliasesForCollections(Integer.MAX_VALUE) // what they grow to is bounded here
          .build();
  private static final String MERGE_KEY = "<<";

  /** Merge keys may repeat mappings without adding properties. */
  private static final int MAPPINGS_MAX = 100_000;

  private final Flat flat;
  private int mappings;

  private YamlFlat(Flat flat) {
    this.flat = flat;
  }

  static void read(String text, Flat flat) {
    try {
      Iterator<Node> documents = new Compose(SETTINGS).composeAllFromString(text).iterator();
      if (!documents.hasNext()) {
        return;
      }
      Node root = documents.next();
      if (documents.hasNext()) {
        throw new IllegalArgumentException("it has several documents");
      }
      boolean isNothing = root.getTag().equals(Tag.NULL);
      if (!isNothing && !(root instanceof MappingNode)) {
        throw new IllegalArgumentException("it is no mapping");
      }
      if (!isNothing) {
        new YamlFlat(flat).add("", root, 0);
      }
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void add(String key, Node node, int depth) {
    Flat.checkDepth(depth);
    if (node instanceof MappingNode mapping) {
      Map<String, Node> members = members(mapping, depth);
      members.forEach((name, member) -> add(Flat.member(key, name), member, depth + 1));
      flat.addIfEmpty(key, members.size());
    } else if (node instanceof SequenceNode sequence) {
      List<Node> elements = sequence.getValue();
      for (int i = 0; i < elements.size(); i++) {
        add(Flat.element(key, i), elements.get(i), depth + 1);
      }
      flat.addIfEmpty(key, elements.size());
    } else {
      flat.add(key, text(node));
    }
  }

  /** Its own, then those merged that it does not have; of several merged, the first wins. */
  private Map<String, Node> members(MappingNode mapping, int depth) {
    Flat.checkDepth(depth);
    if (++mappings > MAPPINGS_MAX) {
      throw new IllegalArgumentException("it has more than " + MAPPINGS_MAX + " mappings");
    }
    Map<String, Node> members = new LinkedHashMap<>();
    List<MappingNode> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String name = text(tuple.getKeyNode());
      Node value = tuple.getValueNode();
      if (name.equals(MERGE_KEY)) {
        List<Node> sources =
            value instanceof SequenceNode sequence ? sequence.getValue() : List.of(value);
        for (Node source : sources) {
          if (!(source instanceof MappingNode more)) {
            throw new IllegalArgumentException("<< takes a mapping or a sequence of mappings");
          }
          merged.add(more);
        }
      } else {
        members.put(name, value);
      }
    }
    for (MappingNode more : merged) {
      members(more, depth + 1).forEach(members::putIfAbsent);
    }
    return members;
  }

  private static String text(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw new IllegalArgumentException("a key is a mapping or a sequence");
    }
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return "";
    }
    if (tag.equals(Tag.BOOL)) {
      return text.toLowerCase(Locale.ROOT);
    }
    return tag.equals(Tag.INT) ? integer(text) : text;
  }

  private static String integer(String text) {
    if (text.startsWith("0x")) {
      return new BigInteger(text.substring(2), 16).toString();
    }
    if (text.startsWith("0o")) {
      return new BigInteger(text.substring(2), 8).toString();
    }
    return new BigInteger(text).toString();
  }
}
