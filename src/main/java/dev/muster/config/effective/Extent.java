package dev.muster.config.effective;

import dev.muster.format.Property;

/**
 * How much a configuration, or a part of it, is: what reading, merging and telling it cost. A short
 * content may have many properties, and long ones: by aliases of YAML and substitutions of HOCON.
 *
 * @param bytes of the contents
 * @param chars of keys and values
 * @param references how often values refer to other keys
 */
public record Extent(long bytes, long properties, long chars, long references) {
  static final Extent NONE = new Extent(0, 0, 0, 0);

  static Extent of(int bytes, Iterable<Property> properties) {
    long count = 0;
    long chars = 0;
    long references = 0;
    for (Property property : properties) {
      count++;
      chars += property.key().length() + property.value().length();
      String value = property.value();
      for (int i = value.indexOf("${"); i >= 0; i = value.indexOf("${", i + 2)) {
        references++;
      }
    }
    return new Extent(bytes, count, chars, references);
  }

  Extent plus(Extent more) {
    return new Extent(
        bytes + more.bytes,
        properties + more.properties,
        chars + more.chars,
        references + more.references);
  }

  /** With the name that is told beside each property. */
  Extent named(String item) {
    return new Extent(bytes, properties, chars + properties * item.length(), references);
  }

  /** Whether merging and telling it takes more than about two milliseconds. */
  boolean isLong() {
    return bytes > EffectiveLimits.AT_ONCE_BYTES_MAX
        || properties > EffectiveLimits.AT_ONCE_PROPERTIES_MAX
        || chars > EffectiveLimits.AT_ONCE_CHARS_MAX
        || references > EffectiveLimits.AT_ONCE_REFERENCES_MAX;
  }

  /** About what it takes to keep it parsed. */
  long keptBytes() {
    return bytes + chars + properties * EffectiveLimits.PARSED_PROPERTY_BYTES;
  }
}
