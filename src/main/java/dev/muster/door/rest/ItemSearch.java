package dev.muster.door.rest;

import dev.muster.config.ConfigLimits;
import dev.muster.config.ConfigPages;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a listing of items is searched for: a part of the name, whatever its case, and a part of the
 * content, exactly, of contents that are UTF-8.
 */
record ItemSearch(@Nullable String inName, @Nullable String inContent)
    implements Predicate<ConfigPages.Item> {
  static final String SEARCH = "search";
  static final String SEARCH_CONTENT = "searchContent";

  static ItemSearch of(Query query) {
    return new ItemSearch(text(query, SEARCH), text(query, SEARCH_CONTENT));
  }

  private static @Nullable String text(Query query, String parameter) {
    String text = query.text(parameter);
    if (text != null && (text.isEmpty() || text.length() > RestLimits.SEARCH_CHARS_MAX)) {
      throw Query.invalid(
          parameter, "is a text of 1 to " + RestLimits.SEARCH_CHARS_MAX + " characters");
    }
    return text;
  }

  boolean isAny() {
    return inName != null || inContent != null;
  }

  /** How much is looked at for one page. */
  ConfigPages.Work work() {
    return new ConfigPages.Work(
        ConfigLimits.PAGE_LOOKED_AT_MAX,
        inContent == null ? Long.MAX_VALUE : RestLimits.SEARCH_BYTES_MAX);
  }

  @Override
  public boolean test(ConfigPages.Item item) {
    return (inName == null
            || item.name().toLowerCase(Locale.ROOT).contains(inName.toLowerCase(Locale.ROOT)))
        && (inContent == null || isIn(item.node().data().array(), inContent));
  }

  private static boolean isIn(byte[] content, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    byte first = wanted[0];
    for (int at = 0; at <= content.length - wanted.length; at++) {
      if (content[at] == first && matches(content, at, wanted)) {
        return Payload.text(content) != null; // in other bytes it would be there by chance
      }
    }
    return false;
  }

  private static boolean matches(byte[] content, int at, byte[] wanted) {
    for (int i = 1; i < wanted.length; i++) {
      if (content[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
