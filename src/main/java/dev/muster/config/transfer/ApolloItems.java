package dev.muster.config.transfer;

import dev.muster.format.PropertyText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file of Apollo's: a JSON array of items with {@code key}, {@code value}, {@code
 * comment} and {@code lineNum}, whatever the format of its namespace. Of properties there is an
 * item for each, and one without a key for every other line; of another format there is one item,
 * whose key is {@code content} and whose value is the text. Older portals wrote the text itself.
 */
final class ApolloItems {
  private static final String PROPERTIES = ".properties";
  private static final String CONTENT = "content";

  /** One of Apollo's items; what is absent is empty. */
  private static final class Item {
    private String key = "";
    private String value = "";
    private String comment = "";
    private long line;
    private boolean known;

    void take(String name, JsonStream member) throws IOException {
      switch (name) {
        case "key" -> key = text(member.text());
        case "value" -> value = text(member.text());
        case "comment" -> comment = text(member.text());
        case "lineNum" -> line = member.number(0);
        default -> {}
      }
    }

    private String text(@Nullable String text) {
      known = true;
      return text == null ? "" : text;
    }

    long line() {
      return line;
    }
  }

  private ApolloItems() {}

  /**
   * The text of a namespace.
   *
   * @throws TransferException if it begins as items do and goes on otherwise
   */
  static byte[] text(String file, byte[] content) {
    if (!beginsAsItems(content)) {
      return content;
    }
    if (file.endsWith(PROPERTIES)) {
      return properties(items(file, content)).getBytes(StandardCharsets.UTF_8);
    }
    List<Item> items;
    try {
      items = items(file, content);
    } catch (TransferException noItems) {
      return content; // a JSON or YAML text that begins alike
    }
    return items.size() == 1 && items.get(0).key.equals(CONTENT)
        ? items.get(0).value.getBytes(StandardCharsets.UTF_8)
        : content;
  }

  private static boolean beginsAsItems(byte[] content) {
    int bracket = skipWhite(content, 0);
    if (bracket == content.length || content[bracket] != '[') {
      return false;
    }
    int next = skipWhite(content, bracket + 1);
    return next < content.length && (content[next] == '{' || content[next] == ']');
  }

  private static int skipWhite(byte[] content, int from) {
    int at = from;
    while (at < content.length && Character.isWhitespace(content[at])) {
      at++;
    }
    return at;
  }

  private static List<Item> items(String file, byte[] content) {
    List<Item> items = new ArrayList<>();
    JsonStream.read(
        file,
        content,
        json ->
            json.elements(
                element -> {
                  Item item = new Item();
                  if (element.isObject()) {
                    element.members(item::take);
                  }
                  if (!item.known) {
                    throw new TransferException(
                        file, "Apollo's item [" + items.size() + "] has neither key nor value.");
                  }
                  items.add(item);
                }));
    items.sort(Comparator.comparingLong(Item::line));
    return items;
  }

  private static String properties(List<Item> items) {
    StringBuilder out = new StringBuilder();
    for (Item item : items) {
      if (item.key.isEmpty() || !item.comment.isEmpty()) {
        item.comment.lines().forEach(line -> out.append(comment(line)).append('\n'));
      }
      if (!item.key.isEmpty()) {
        out.append(PropertyText.line(item.key, item.value)).append('\n');
      } else if (item.comment.isEmpty()) {
        out.append('\n');
      }
    }
    return out.toString();
  }

  /** What Apollo's editor shows beside a property has no mark of its own. */
  private static String comment(String line) {
    return line.isBlank() || line.startsWith("#") || line.startsWith("!") ? line : "# " + line;
  }
}
