package org.jgroups.protocols.raft;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.Global;
import org.jgroups.Header;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.util.Bits;
import org.jgroups.util.Util;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The messages that guarded Raft adds to AppendEntries: who is there, votes, and snapshots in
 * chunks. Handled on Raft's thread like every other message, in the sender's term.
 */
@NullMarked
public final class RaftSignal extends RaftHeader {
  static final short MAGIC_ID = 2010;

  static {
    ClassConfigurator.addIfAbsent(MAGIC_ID, RaftSignal.class);
  }

  /** What is said. */
  enum Kind {
    /** The coordinator of an election asks for a vote. */
    VOTE_REQUEST(1),
    /**
     * A vote for the asker. {@code index}, {@code logTerm}: the voter's last entry. {@code flag}:
     * abstains unless all voted. {@code size}: 0 if its disk is too full to lead, else 1.
     */
    VOTE(2),
    /** The election's outcome: {@code leader}. */
    LEADER_ELECTED(3),
    /**
     * A part of a snapshot at {@code offset} of {@code size} bytes; {@code index}, {@code logTerm}:
     * its last entry.
     */
    SNAPSHOT_CHUNK(4),
    /** The follower holds the first {@code offset} bytes of the snapshot at {@code index}. */
    SNAPSHOT_ACK(5),
    /**
     * The sender is there. Its term is news only to who knows none; neither this signal nor the
     * three below bring others to the sender's term. {@code flag}: it abstains.
     */
    PING(6),
    /** The sender is about to leave. */
    LEAVING(7),
    /** Would you vote, if I asked? */
    PRE_VOTE_REQUEST(8),
    /** I would, knowing of no leader. {@code flag}: abstains unless all vote. */
    PRE_VOTE(9);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    static Kind of(byte code) throws IOException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IOException("no signal has the code " + code + ": sent by a newer version?");
    }
  }

  Kind kind = Kind.VOTE_REQUEST;
  long index;
  long logTerm;
  long offset;
  long size;
  boolean flag;
  @Nullable Address leader;

  /** For JGroups. */
  public RaftSignal() {}

  RaftSignal(Kind kind, long term) {
    super(term);
    this.kind = kind;
  }

  RaftSignal entry(long index, long logTerm) {
    this.index = index;
    this.logTerm = logTerm;
    return this;
  }

  RaftSignal part(long offset, long size) {
    this.offset = offset;
    this.size = size;
    return this;
  }

  RaftSignal flag(boolean flag) {
    this.flag = flag;
    return this;
  }

  RaftSignal leader(Address leader) {
    this.leader = leader;
    return this;
  }

  @Override
  public short getMagicId() {
    return MAGIC_ID;
  }

  @Override
  public Supplier<? extends Header> create() {
    return RaftSignal::new;
  }

  @Override
  public int serializedSize() {
    return super.serializedSize()
        + 2 * Global.BYTE_SIZE
        + Bits.size(index)
        + Bits.size(logTerm)
        + Bits.size(offset)
        + Bits.size(size)
        + Util.size(leader);
  }

  @Override
  public void writeTo(DataOutput out) throws IOException {
    super.writeTo(out);
    out.writeByte(kind.code);
    out.writeBoolean(flag);
    Bits.writeLongCompressed(index, out);
    Bits.writeLongCompressed(logTerm, out);
    Bits.writeLongCompressed(offset, out);
    Bits.writeLongCompressed(size, out);
    Util.writeAddress(leader, out);
  }

  @Override
  public void readFrom(DataInput in) throws IOException, ClassNotFoundException {
    super.readFrom(in);
    kind = Kind.of(in.readByte());
    flag = in.readBoolean();
    index = Bits.readLongCompressed(in);
    logTerm = Bits.readLongCompressed(in);
    offset = Bits.readLongCompressed(in);
    size = Bits.readLongCompressed(in);
    leader = Util.readAddress(in);
  }

  @Override
  public String toString() {
    return "%s term=%d index=%d/%d offset=%d/%d flag=%b leader=%s"
        .formatted(kind, curr_term, index, logTerm, offset, size, flag, leader);
  }
}
