package dev.muster.raft.proposals;

import dev.muster.codec.EntryEncoder;
import dev.muster.core.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes entries of what waits. The sender's alone, and without a lock: a large entry takes its time
 * to encode, and nobody who submits shall wait for that.
 */
final class Batcher {
  private final String proposer;
  private final LongSupplier clockMillis;
  private final EntryEncoder encoder = new EntryEncoder();

  Batcher(String proposer, LongSupplier clockMillis) {
    this.proposer = proposer;
    this.clockMillis = clockMillis;
  }

  /**
   * What became of those who wait.
   *
   * @param taken the first so many of them were looked at
   * @param batch the entry with all of those but the unwritable; absent if there are no others
   * @param unwritable whose command cannot be encoded, and why
   */
  record Packed(int taken, @Nullable Batch batch, Map<Pending, RuntimeException> unwritable) {}

  /** Makes an entry of as many as go into it. */
  Packed pack(Batch.Tag tag, List<Pending> waiting) {
    List<Pending> members = new ArrayList<>(waiting.size());
    Map<Pending, RuntimeException> unwritable = new LinkedHashMap<>();
    int taken = 0;
    while (taken < waiting.size()
        && encoder.count() < Limits.ENTRY_COMMANDS_MAX
        && encoder.bytes() < Limits.ENTRY_BYTES_MAX) {
      Pending pending = waiting.get(taken++);
      try {
        if (pending.command != null) {
          encoder.add(pending.command);
        }
        members.add(pending);
      } catch (RuntimeException failed) {
        unwritable.put(pending, failed);
      }
    }
    if (members.isEmpty()) {
      return new Packed(taken, null, unwritable);
    }
    int commands = encoder.count();
    byte[] entry =
        encoder.finish(clockMillis.getAsLong(), proposer, tag.incarnation(), tag.sequence());
    return new Packed(taken, new Batch(tag, entry, commands, members), unwritable);
  }
}
