package dev.muster.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Path;
import dev.muster.core.RandomStates;
import dev.muster.core.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotCodecTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatWasWrittenIsRead(long seed) throws IOException {
    RandomStates states = new RandomStates(seed);
    for (int i = 0; i < 10; i++) {
      State state = states.state();
      byte[] bytes = write(state);
      State read = read(bytes);
      // Compares what is derived too: sums over subtrees, perishable paths, what sessions own.
      assertEquals(state, read);
      assertArrayEquals(bytes, write(read));
      assertArrayEquals(SnapshotCodec.digest(state), SnapshotCodec.digest(read));
      for (int entries = 0; entries < 40; entries++) {
        states.apply(states.nextEntry());
      }
    }
    assertFalse(states.state().tree().perishable().isEmpty());
    assertFalse(states.state().sessions().isEmpty());
  }

  @Test
  void aStateThatWasReadDecidesLikeTheOneThatWasWritten() throws IOException {
    RandomStates states = new RandomStates(9);
    State read = State.EMPTY;
    for (int i = 0; i < 300; i++) {
      if (i % 7 == 0) {
        read = read(write(states.state()));
      }
      Entry entry = states.nextEntry();
      states.apply(entry);
      read = read.apply(states.state().applied(), entry).state();
      assertEquals(states.state().chain(), read.chain());
    }
    assertArrayEquals(write(states.state()), write(read));
  }

  @Test
  void manyBlocksAndContentsLargerThanABlock() throws IOException {
    State state = wide(3_000, 100);
    State larger = put(state, "/large", new byte[1 << 20]);
    for (State each : List.of(state, larger)) {
      byte[] bytes = write(each);
      assertTrue(bytes.length > 4 * (64 << 10));
      assertEquals(each, read(bytes));
    }
  }

  @Test
  void theDigestIsOfTheContentAndNotOfTheWriter() throws IOException {
    State state = RandomStates.after(10, 100);
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    SnapshotCodec.write(state, other, "0.0.9");
    State read = read(other.toByteArray());
    assertArrayEquals(SnapshotCodec.digest(state), SnapshotCodec.digest(read));
    State changed = put(state, "/one-more", new byte[0]);
    assertFalse(Arrays.equals(SnapshotCodec.digest(state), SnapshotCodec.digest(changed)));
  }

  @Test
  void aSnapshotThatIsCutOffOrTooLongIsRefused() throws IOException {
    byte[] bytes = write(RandomStates.after(11, 30));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(UnreadableException.class, () -> read(cut));
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(UnreadableException.class, () -> read(longer));
  }

  @Test
  void everyFlippedByteIsFound() throws IOException {
    Random random = new Random(12);
    byte[] bytes = write(RandomStates.after(12, 30));
    for (int at = 0; at < bytes.length; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 + random.nextInt(255));
      assertThrows(UnreadableException.class, () -> read(flipped));
    }
  }

  @Test
  void blocksThatAreLostOrMovedAreFound() throws IOException {
    byte[] bytes = write(wide(3_000, 100));
    List<byte[]> blocks = blocksOf(bytes);
    assertTrue(blocks.size() > 5);
    List<byte[]> lost = new ArrayList<>(blocks);
    lost.remove(3);
    List<byte[]> moved = new ArrayList<>(blocks);
    moved.add(3, moved.remove(4));
    for (List<byte[]> wrong : List.of(lost, moved)) {
      UnreadableException refused =
          assertThrows(UnreadableException.class, () -> read(join(bytes, wrong)));
      assertEquals(
          "the snapshot is damaged in block 4: its checksum is wrong", refused.getMessage());
    }
    assertArrayEquals(bytes, join(bytes, blocks));
  }

  /** What the checksums let through is read with no more trust: only a bug could have made it. */
  @Test
  void anyContentBehindRightChecksumsIsReadOrRefused() throws IOException {
    Random random = new Random(13);
    State state = RandomStates.after(13, 30);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    SnapshotWriter.write(state, (block, length) -> content.write(block, 0, length));
    byte[] bytes = content.toByteArray();
    for (int at = 0; at < bytes.length; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 + random.nextInt(255));
      try {
        read(framed(flipped));
      } catch (UnreadableException expected) {
        // as good
      }
    }
    assertEquals(state, read(framed(bytes)));
  }

  @Test
  void aFormatOfTheFutureSaysWhichVersionWroteIt() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("MUSTERSN".getBytes(StandardCharsets.US_ASCII));
    Output header = new Output(16);
    header.octet(2);
    header.text("2.0.0");
    new BlockOutput(out).accept(header.buffer(), header.size());
    UnreadableException refused =
        assertThrows(UnreadableException.class, () -> read(out.toByteArray()));
    assertEquals(
        "the snapshot holds format number 2, written by Muster 2.0.0; this is Muster "
            + Version.CURRENT
            + ": upgrade this node",
        refused.getMessage());
  }

  @Test
  void aStreamThatFailsIsNotCalledDamaged() throws IOException {
    InputStream closed = InputStream.nullInputStream();
    closed.close();
    assertThrows(IOException.class, () -> SnapshotCodec.read(closed));
  }

  private static State wide(int nodes, int bytes) {
    State state = State.EMPTY;
    for (int i = 0; i < nodes; i++) {
      state = put(state, "/n" + i, new byte[bytes]);
    }
    return state;
  }

  private static State put(State state, String path, byte[] data) {
    Change change = Change.Create.persistent(Path.of(path), Bytes.wrap(data));
    long sequence = state.proposers().containsKey("p") ? state.proposers().get("p").sequence() : 0;
    Entry entry =
        new Entry(
            1, "p", 1, sequence + 1, List.of(new Command.Transact(List.of(), List.of(change))));
    return state.apply(state.applied() + 1, entry).state();
  }

  private static byte[] framed(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("MUSTERSN".getBytes(StandardCharsets.US_ASCII));
    Output header = new Output(16);
    header.octet(1);
    header.text("x");
    BlockOutput blocks = new BlockOutput(out);
    blocks.accept(header.buffer(), header.size());
    blocks.accept(content, content.length);
    blocks.end();
    return out.toByteArray();
  }

  private static List<byte[]> blocksOf(byte[] snapshot) {
    List<byte[]> blocks = new ArrayList<>();
    int at = 8;
    while (at < snapshot.length) {
      int length = ByteBuffer.wrap(snapshot).getInt(at) + BlockOutput.FRAME_BYTES;
      blocks.add(Arrays.copyOfRange(snapshot, at, at + length));
      at += length;
    }
    return blocks;
  }

  private static byte[] join(byte[] snapshot, List<byte[]> blocks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(snapshot, 0, 8);
    blocks.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static byte[] write(State state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.write(state, out);
    return out.toByteArray();
  }

  private static State read(byte[] bytes) throws IOException {
    return SnapshotCodec.read(new ByteArrayInputStream(bytes));
  }
}
