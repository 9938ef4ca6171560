package dev.muster.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.muster.core.RandomCommands;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

  @Test
  void everyCodePointIsThePlatformsUtf8AndBack() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      String text = Character.toString(point);
      byte[] bytes = encode(text);
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), bytes);
      }
      assertEquals(text, Utf8.decode(bytes, 0, bytes.length));
    }
  }

  @Test
  void anyTextComesBack() {
    RandomCommands random = new RandomCommands(1);
    for (int i = 0; i < 20_000; i++) {
      String text = random.text();
      byte[] bytes = encode(text);
      assertEquals(text, Utf8.decode(bytes, 0, bytes.length));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // continues nothing
        "c3",
        "e282",
        "f09f98", // cut off
        "c328",
        "e28228", // not continued
        "c080",
        "c1bf",
        "e08080",
        "f0808080", // overlong
        "f4908080",
        "f5808080",
        "ff", // beyond Unicode
        "eda080edb080" // a pair in six bytes instead of four
      })
  void bytesThatAreNoTextAreRefused(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertNull(Utf8.decode(bytes, 0, bytes.length));
  }

  private static byte[] encode(String text) {
    byte[] bytes = new byte[Utf8.length(text)];
    Utf8.encode(text, bytes, 0);
    return bytes;
  }
}
