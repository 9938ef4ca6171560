package dev.muster.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Feature;
import dev.muster.core.Path;
import dev.muster.core.RandomStates;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryCodecTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatWasWrittenIsRead(long seed) {
    RandomStates states = new RandomStates(seed);
    for (int i = 0; i < 400; i++) {
      Entry entry = states.nextEntry();
      byte[] bytes = EntryCodec.encode(entry);
      Entry read = decode(bytes);
      assertEquals(entry, read);
      assertArrayEquals(bytes, EntryCodec.encode(read));
      states.apply(read);
    }
  }

  @Test
  void anEntryIsReadFromTheMiddleOfABuffer() {
    Entry entry = new RandomStates(6).nextEntry();
    byte[] bytes = EntryCodec.encode(entry);
    byte[] buffer = new byte[bytes.length + 20];
    Arrays.fill(buffer, (byte) 0xFF);
    System.arraycopy(bytes, 0, buffer, 7, bytes.length);
    assertEquals(entry, EntryCodec.decode(1, buffer, 7, bytes.length));
  }

  @Test
  void anEncoderKnowsItsSizeAndMakesManyEntries() {
    EntryEncoder encoder = new EntryEncoder();
    Command command = new Command.EnableFeature(Feature.BASELINE);
    for (long sequence = 1; sequence <= 3; sequence++) {
      int before = encoder.bytes();
      encoder.add(command);
      assertTrue(encoder.bytes() > before);
      encoder.add(command);
      assertEquals(2, encoder.count());
      byte[] bytes = encoder.finish(5, "node-1", 7, sequence);
      assertEquals(new Entry(5, "node-1", 7, sequence, List.of(command, command)), decode(bytes));
      assertEquals(0, encoder.count());
      assertEquals(0, encoder.bytes());
    }
  }

  @Test
  void textsThatDifferStayDifferent() {
    TreeMap<String, String> attributes = new TreeMap<>();
    attributes.put("\ud800", "unpaired");
    attributes.put("\ud801", "another");
    attributes.put("\udc00\ud800", "turned around");
    attributes.put("?", "what a lossy encoder makes of them");
    Entry entry = entry(new Change.SetAttributes(Path.of("/a"), Change.attributes(attributes)));
    assertEquals(entry, decode(EntryCodec.encode(entry)));
  }

  @Test
  void todaysLimitsDoNotMakeOldPathsUnreadable() {
    Path deep = Path.trusted("/" + String.join("/", Collections.nCopies(1_000, "deep")));
    Entry entry = entry(new Change.Delete(deep));
    assertEquals(entry, decode(EntryCodec.encode(entry)));
    assertEquals(1_000, deep.depth());
  }

  @Test
  void everyEntryThatIsCutOffOrTooLongIsRefused() {
    RandomStates states = new RandomStates(7);
    for (int i = 0; i < 40; i++) {
      Entry entry = states.nextEntry();
      states.apply(entry);
      byte[] bytes = EntryCodec.encode(entry);
      for (int length = 0; length < bytes.length; length++) {
        int cut = length;
        assertThrows(UnreadableException.class, () -> EntryCodec.decode(bytes, 0, cut));
      }
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
      assertThrows(UnreadableException.class, () -> decode(longer));
    }
  }

  @Test
  void aFlippedByteIsRefusedOrMakesAnotherEntryButNothingElse() {
    Random random = new Random(8);
    RandomStates states = new RandomStates(8);
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      Entry entry = states.nextEntry();
      states.apply(entry);
      byte[] bytes = EntryCodec.encode(entry);
      for (int at = 0; at < bytes.length; at++) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 + random.nextInt(255));
        try {
          assertTrue(!decode(flipped).equals(entry) || at < 16, "only the writer may differ");
        } catch (UnreadableException expected) {
          refused++;
        }
      }
    }
    assertTrue(refused > 1_000, "damage was found " + refused + " times");
  }

  @Test
  void absurdCountsAndLengthsAreRefusedBeforeAnythingIsAllocated() {
    for (long count : new long[] {5, 1 << 20, Integer.MAX_VALUE, 1L << 40, -1}) {
      Output out = head();
      out.varint(count); // commands
      assertThrows(UnreadableException.class, () -> decode(out.toByteArray()));

      Output text = new Output(16);
      text.octet(EntryCodec.FORMAT);
      text.varint(count); // length of the version
      assertThrows(UnreadableException.class, () -> decode(text.toByteArray()));
    }
  }

  @Test
  void aValueHasOneFormOnly() {
    Output twoBytes = head();
    twoBytes.octet(0x80); // 0 commands, in two bytes
    twoBytes.octet(0);
    assertThrows(UnreadableException.class, () -> decode(twoBytes.toByteArray()));

    Output endless = head();
    for (int i = 0; i < 12; i++) {
      endless.octet(0xFF);
    }
    assertThrows(UnreadableException.class, () -> decode(endless.toByteArray()));
  }

  @Test
  void anUnknownNumberSaysWhichVersionWroteIt() {
    Output out = new Output(64);
    out.octet(EntryCodec.FORMAT);
    out.text("0.3.0");
    out.zigzag(1);
    out.text("node-1");
    out.zigzag(1);
    out.zigzag(1);
    out.varint(1);
    out.varint(9); // a command
    assertEquals(
        "entry 4711 holds command number 9, written by Muster 0.3.0; this is Muster "
            + Version.CURRENT
            + ": upgrade this node",
        messageOf(4711, out.toByteArray()));
  }

  @Test
  void anUnknownFormatSaysWhichVersionWroteIt() {
    Output out = new Output(64);
    out.octet(2);
    out.text("1.0.0");
    out.raw(new byte[] {1, 2, 3}, 3);
    assertEquals(
        "entry 12 holds format number 2, written by Muster 1.0.0; this is Muster "
            + Version.CURRENT
            + ": upgrade this node",
        messageOf(12, out.toByteArray()));
  }

  @Test
  void anUnknownNumberOfOurOwnVersionIsDamage() {
    Output out = head();
    out.varint(1);
    out.varint(9);
    assertTrue(messageOf(1, out.toByteArray()).endsWith("it is damaged"));
  }

  /** All of an entry but its commands. */
  private static Output head() {
    Output out = new Output(64);
    out.octet(EntryCodec.FORMAT);
    out.text(Version.CURRENT);
    out.zigzag(1);
    out.text("node-1");
    out.zigzag(1);
    out.zigzag(1);
    return out;
  }

  private static Entry entry(Change change) {
    return new Entry(
        1,
        "node-1",
        1,
        1,
        List.of(
            new Command.Transact(List.of(), List.of(change)),
            new Command.OpenSession(1, 2_000, "", Bytes.EMPTY)));
  }

  private static Entry decode(byte[] bytes) {
    return EntryCodec.decode(bytes, 0, bytes.length);
  }

  private static String messageOf(long position, byte[] bytes) {
    return assertThrows(
            UnreadableException.class, () -> EntryCodec.decode(position, bytes, 0, bytes.length))
        .getMessage();
  }
}
