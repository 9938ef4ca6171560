package dev.muster.config.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ZipReaderTest {
  /**
   * What Info-ZIP 3.0 writes for {@code zip -qrX - .} in a folder with {@code a.txt}, "hello" and a
   * line end, and {@code empty}: as it writes to a pipe, lengths and checksums come after the
   * contents, and in the directory.
   */
  private static final byte[] OF_A_PIPE =
      HexFormat.of()
          .parseHex(
              """
              504b03040a00080000000000215000000000000000000000000005000000656d707479504b070800
              0000000000000000000000504b030414000800080000002150000000000000000006000000050000
              00612e747874cb48cdc9c9e70200504b070820303a360800000006000000504b01021e030a000800
              000000002150000000000000000000000000050000000000000000000000a48100000000656d7074
              79504b01021e031400080008000000215020303a3608000000060000000500000000000000010000
              00a48133000000612e747874504b05060000000002000200660000006e0000000000
              """
                  .replaceAll("\\s", ""));

  private static String refusal(byte[] zip) {
    return String.valueOf(
        assertThrows(TransferException.class, () -> Archive.read(zip)).getMessage());
  }

  private static ByteBuffer littleEndian(byte[] zip) {
    return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int directory(byte[] zip) {
    return littleEndian(zip).getInt(zip.length - 6);
  }

  @Test
  void whatZipWritesToAPipeIsRead() {
    Map<String, byte[]> files = Archive.read(OF_A_PIPE).files();
    assertEquals(List.of("empty", "a.txt"), List.copyOf(files.keySet()));
    assertArrayEquals("hello\n".getBytes(StandardCharsets.UTF_8), files.get("a.txt"));
    assertArrayEquals(new byte[0], files.get("empty"));
  }

  @Test
  void aSymbolicLinkIsNoFile() {
    byte[] zip = Zips.of("link.yaml", "/etc/passwd", "file.yaml", "a: 1");
    ByteBuffer bytes = littleEndian(zip);
    int entry = directory(zip);
    bytes.put(entry + 5, (byte) 3); // made on Unix
    bytes.putInt(entry + 38, 0120777 << 16);
    Archive archive = Archive.read(zip);
    assertEquals(List.of("file.yaml"), List.copyOf(archive.files().keySet()));
    assertEquals(List.of("link.yaml"), archive.links());
  }

  @Test
  void whatIsCutOffAnywhereIsRefused() {
    byte[] whole = Zips.of("a", "some content to pack, pack, pack", "b", "more", "c", "");
    for (int length = 0; length < whole.length; length++) {
      refusal(Arrays.copyOf(whole, length));
    }
    for (int length = 0; length < OF_A_PIPE.length; length++) {
      refusal(Arrays.copyOf(OF_A_PIPE, length));
    }
  }

  @Test
  void whatLacksBytesInTheMiddleIsRefused() {
    byte[] whole = Zips.of("a", "one", "b", "two", "c", "three");
    for (int from = 4; from < whole.length - 1; from++) {
      byte[] holed = new byte[whole.length - 1];
      System.arraycopy(whole, 0, holed, 0, from);
      System.arraycopy(whole, from + 1, holed, from, holed.length - from);
      refusal(holed);
    }
  }

  @Test
  void aContentThatWasFlippedIsRefused() {
    byte[] zip = Zips.of("a", "some content that is not packed much");
    for (int at = 30 + 1; at < 60; at++) {
      byte[] flipped = zip.clone();
      flipped[at] ^= 4;
      assertEquals("The archive is damaged: a is not what was packed.", refusal(flipped));
    }
  }

  @Test
  void whatAnEntrySaysIsNotBelieved() {
    byte[] zip = Zips.of("a", "\u0000".repeat(100_000));
    int directory = directory(zip);
    for (int length : new int[] {0, 99_999, 100_001}) {
      byte[] other = zip.clone();
      littleEndian(other).putInt(directory + 24, length);
      assertEquals("The archive is damaged: a is not what was packed.", refusal(other));
    }
    byte[] huge = zip.clone();
    littleEndian(huge).putInt(directory + 24, -1);
    assertEquals("The archive's files have more than 67108864 bytes together.", refusal(huge));
    for (int field : new int[] {20, 42}) {
      for (int value : new int[] {-1, Integer.MAX_VALUE, zip.length, directory}) {
        byte[] other = zip.clone();
        littleEndian(other).putInt(directory + field, value);
        assertEquals("The archive is damaged: a is not where it should be.", refusal(other));
      }
    }
    byte[] encrypted = zip.clone();
    encrypted[directory + 8] |= 1;
    assertEquals("a: It is encrypted, which an import cannot read.", refusal(encrypted));
    byte[] packedOtherwise = zip.clone();
    packedOtherwise[directory + 10] = 93;
    assertEquals(
        "a: It is packed by zip's method 93; use 'deflate', the usual one.",
        refusal(packedOtherwise));
  }

  /** Else a small archive would be unpacked a thousand times. */
  @Test
  void entriesDoNotShareTheirBytes() {
    String[] files = new String[200];
    for (int i = 0; i < files.length; i += 2) {
      files[i] = "%03d".formatted(i);
      files[i + 1] = "";
    }
    files[1] = "y".repeat(1 << 20);
    byte[] zip = Zips.of(files);
    int first = directory(zip);
    for (int i = 1; i < files.length / 2; i++) {
      int entry = first + i * (46 + 3);
      System.arraycopy(zip, first + 16, zip, entry + 16, 12); // checksum and lengths
      System.arraycopy(zip, first + 42, zip, entry + 42, 4); // where it is
    }
    String refusal = refusal(zip);
    assertTrue(refusal.endsWith(" is not where it should be."), refusal);
  }

  /** A folder has no content, whatever it says, and nobody unpacks it. */
  @Test
  void aFolderCostsNothing() {
    byte[] zip = Zips.of("a/", "\u0000".repeat(TransferLimits.CONTENTS_BYTES_MAX + 1), "b", "x");
    assertEquals(List.of("b"), List.copyOf(Archive.read(zip).files().keySet()));
  }
}
