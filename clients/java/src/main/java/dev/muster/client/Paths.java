package dev.muster.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Names as parts of a URL's path, percent-encoded as the servers read them. */
final class Paths {
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private Paths() {}

  static String namespace(String namespace) {
    return "namespaces/" + encode(namespace, "");
  }

  /** An item: slashes separate the segments of its name. */
  static String item(String namespace, String item) {
    return namespace(namespace) + "/configs/" + encode(item, "/");
  }

  /**
   * Whether servers take this for the name of an item, as far as can be told here. They decide:
   * this says only whether it is safe to ask for it together with others.
   */
  static boolean isItemName(String name) {
    String[] segments = name.split("/", -1);
    return name.getBytes(StandardCharsets.UTF_8).length <= Limits.ITEM_NAME_BYTES_SURE
        && segments.length <= Limits.ITEM_NAME_SEGMENTS_SURE
        && Arrays.stream(segments).allMatch(Paths::isSegment);
  }

  private static boolean isSegment(String segment) {
    return !segment.isEmpty()
        && !segment.equals(".")
        && !segment.equals("..")
        && segment.codePoints().allMatch(Paths::isOrdinary);
  }

  /** Neither a control character, nor half of a character, nor one that never will be one. */
  private static boolean isOrdinary(int point) {
    return !Character.isISOControl(point)
        && !(point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
        && (point & 0xFFFE) != 0xFFFE
        && !(point >= 0xFDD0 && point <= 0xFDEF);
  }

  static String instances(String namespace, String service) {
    return namespace(namespace) + "/services/" + encode(service, "") + "/instances";
  }

  static String instance(String namespace, String service, String id) {
    return instances(namespace, service) + "/" + encode(id, "");
  }

  static String encode(String name, String alsoPlain) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a name has at least one character");
    }
    StringBuilder out = new StringBuilder(name.length() + 8);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      if (PLAIN.indexOf(c) >= 0 || alsoPlain.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit((b >> 4) & 0xF, 16)))
            .append(Character.toUpperCase(Character.forDigit(b & 0xF, 16)));
      }
    }
    return out.toString();
  }
}
