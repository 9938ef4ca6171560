package dev.muster.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Java's own reader is the authority on what properties say. */
class PropertiesReaderTest {
  private static final String[] PIECES = {
    "a",
    "b",
    "key",
    " ",
    "\t",
    "\f",
    "=",
    ":",
    "#",
    "!",
    "\\",
    "\\\n",
    "\\\r\n  ",
    "\n",
    "\r",
    "\r\n",
    "\\u0041",
    "\\=",
    "\\ ",
    "\\n",
    "é",
    "\uD83D\uDE00",
    "\\\\"
  };

  static LongStream seeds() {
    return LongStream.range(0, 3_000);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void saysWhatJavaSays(long seed) throws IOException {
    String text = text(new Random(seed));
    Properties java = new Properties();
    java.load(new StringReader(text));
    Map<String, String> ours = new HashMap<>();
    try {
      PropertiesReader.entries(new SourceText(text))
          .forEach((key, entry) -> ours.put(key, entry.value()));
    } catch (FormatException e) {
      assertTrue(e.getMessage().contains("is there already"), e.getMessage());
      return;
    }
    assertEquals(java, ours, () -> text.replace("\n", "<LF>").replace("\r", "<CR>"));
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int pieces = random.nextInt(25);
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    // Java makes an empty key of a backslash and a line break at the very end; that is no promise
    return text.toString().replaceFirst("(?:\\\\[\\n\\r])+$", "");
  }
}
