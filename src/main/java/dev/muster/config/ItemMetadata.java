package dev.muster.config;

import dev.muster.core.Bytes;
import dev.muster.core.LimitExceededException;
import dev.muster.core.Limits;
import dev.muster.core.PlainText;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.pcollections.PSortedMap;

/**
 * What is known of an item beside its content. Kept as attributes of its node and of each of its
 * releases: {@code owner}, {@code description}, and {@code label.NAME} for every label.
 *
 * @param owner whom to ask; empty for none
 * @param description for people; empty for none
 * @param labels by name
 */
public record ItemMetadata(String owner, String description, SortedMap<String, String> labels) {
  public static final String LABEL_NAME_RULE =
      "1 to 63 letters, digits, '.', '_', '-' and '/' of ASCII, the first a letter or digit";
  public static final String LABEL_VALUE_RULE =
      "up to 128 letters, digits, '.', '_', '-', '/', ':' and '@' of ASCII";

  public static final ItemMetadata NONE = new ItemMetadata("", "", Collections.emptySortedMap());

  private static final String OWNER = "owner";
  private static final String DESCRIPTION = "description";
  private static final String LABEL = "label.";

  private static final Pattern LABEL_NAME =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9._/-]{0," + (ConfigLimits.LABEL_NAME_CHARS_MAX - 1) + "}");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("[A-Za-z0-9._/:@-]{0," + ConfigLimits.LABEL_VALUE_CHARS_MAX + "}");

  public ItemMetadata {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /**
   * This, if it may be written; what was written once is read whatever the rules are now.
   *
   * @throws InvalidMetadataException naming the field and what would be right
   * @throws LimitExceededException naming the limit
   */
  ItemMetadata checked() {
    checkText(OWNER, owner, ConfigLimits.OWNER_BYTES_MAX);
    checkText(DESCRIPTION, description, ConfigLimits.DESCRIPTION_BYTES_MAX);
    Limits.atMost("item.labels", labels.size(), ConfigLimits.LABELS_MAX, "labels");
    long bytes = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      String name = checkLabelName(label.getKey());
      if (!LABEL_VALUE.matcher(label.getValue()).matches()) {
        throw new InvalidMetadataException(
            "labels." + name, "the value of a label is " + LABEL_VALUE_RULE);
      }
      bytes += name.length() + label.getValue().length();
    }
    Limits.atMost("item.labels.bytes", bytes, ConfigLimits.LABELS_BYTES_MAX, "bytes");
    return this;
  }

  private static void checkText(String field, String text, int bytesMax) {
    PlainText.firstFault(text)
        .ifPresent(
            fault -> {
              throw new InvalidMetadataException(field, PlainText.describe(text, fault));
            });
    Limits.atMost("item." + field, Bytes.utf8(text).length(), bytesMax, "bytes");
  }

  /**
   * The name, if a label may have it.
   *
   * @throws InvalidMetadataException otherwise
   */
  public static String checkLabelName(String name) {
    if (!LABEL_NAME.matcher(name).matches()) {
      throw new InvalidMetadataException("labels", "the name of a label is " + LABEL_NAME_RULE);
    }
    return name;
  }

  /** What the attributes of an item, or of a release, say. */
  public static ItemMetadata of(PSortedMap<String, String> attributes) {
    if (attributes.size() == 1) {
      return NONE; // nothing but the content type: most items
    }
    SortedMap<String, String> labels = new TreeMap<>();
    attributes.forEach(
        (name, value) -> {
          if (name.startsWith(LABEL)) {
            labels.put(name.substring(LABEL.length()), value);
          }
        });
    return new ItemMetadata(
        attributes.getOrDefault(OWNER, ""), attributes.getOrDefault(DESCRIPTION, ""), labels);
  }

  /** The attributes with what this says; there is nothing of another's metadata in them. */
  PSortedMap<String, String> in(PSortedMap<String, String> attributes) {
    PSortedMap<String, String> all = attributes;
    if (!owner.isEmpty()) {
      all = all.plus(OWNER, owner);
    }
    if (!description.isEmpty()) {
      all = all.plus(DESCRIPTION, description);
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      all = all.plus(LABEL + label.getKey(), label.getValue());
    }
    return all;
  }
}
