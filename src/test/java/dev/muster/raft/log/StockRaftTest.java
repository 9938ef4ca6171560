package dev.muster.raft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jgroups.JChannel;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.raft.ELECTION;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;
import org.jgroups.stack.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unchanged RAFT of jgroups-raft runs on this log: by {@code log_class}, over restarts. */
class StockRaftTest {
  private static final long WAIT_MILLIS_MAX = 10_000;

  @TempDir Path directory;

  private static final class Words implements StateMachine {
    final CopyOnWriteArrayList<String> applied = new CopyOnWriteArrayList<>();

    @Override
    public byte[] apply(byte[] data, int offset, int length, boolean serializeResponse) {
      applied.add(new String(data, offset, length, StandardCharsets.UTF_8));
      return new byte[0];
    }

    @Override
    public void readContentFrom(DataInput in) throws IOException {
      applied.clear();
      for (int left = in.readInt(); left > 0; left--) {
        applied.add(in.readUTF());
      }
    }

    @Override
    public void writeContentTo(DataOutput out) throws IOException {
      out.writeInt(applied.size());
      for (String word : applied) {
        out.writeUTF(word);
      }
    }
  }

  private interface Work {
    void with(RaftHandle raft) throws Exception;
  }

  private void run(Words words, Work work) throws Exception {
    RAFT raft = new RAFT().members(java.util.List.of("a")).raftId("a");
    raft.logClass(DurableLog.class.getName()).logDir(directory.toString());
    Protocol[] stack = {
      new SHARED_LOOPBACK(),
      new SHARED_LOOPBACK_PING(),
      new NAKACK2().useMcastXmit(false),
      new UNICAST3(),
      new GMS().setJoinTimeout(10),
      new ELECTION(),
      raft
    };
    try (JChannel channel = new JChannel(stack).name("a")) {
      RaftHandle handle = new RaftHandle(channel, words);
      channel.connect("stock-raft-test");
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS_MAX);
      while (!handle.isLeader()) {
        assertTrue(System.nanoTime() < deadline, "no leader");
        Thread.sleep(5);
      }
      work.with(handle);
    }
  }

  private static void set(RaftHandle raft, int from, int to) throws Exception {
    for (int i = from; i <= to; i++) {
      byte[] word = ("word" + i).getBytes(StandardCharsets.UTF_8);
      raft.set(word, 0, word.length, WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void appliesOnceOverSnapshotsAndRestarts() throws Exception {
    run(
        new Words(),
        raft -> {
          set(raft, 1, 20);
          raft.snapshot();
          set(raft, 21, 30);
        });
    Words words = new Words();
    run(
        words,
        raft -> {
          assertEquals(30, words.applied.size());
          set(raft, 31, 31);
          assertTrue(raft.currentTerm() >= 2);
        });
    assertEquals("word1", words.applied.get(0));
    assertEquals("word31", words.applied.get(30));
    assertEquals(31, words.applied.size());
  }
}
