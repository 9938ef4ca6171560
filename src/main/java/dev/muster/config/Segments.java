package dev.muster.config;

/**
 * Hierarchical names as single segments of a path, so that nothing about one name is in the way of
 * another: slashes and percent signs are percent-encoded.
 */
final class Segments {
  private Segments() {}

  static String of(String name) {
    return name.replace("%", "%25").replace("/", "%2F");
  }

  static String name(String segment) {
    return segment.replace("%2F", "/").replace("%25", "%");
  }
}
