package dev.muster.raft.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jgroups.Address;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * The term and the vote, on disk before the method returns. A vote belongs to a term: a new term
 * begins without one, and within a term it is given once and never changed or taken back, for a
 * node that votes twice in a term can elect two leaders. Any thread (elections have threads of
 * their own). Value in {@link Slots}: term 8 | address as JGroups writes it (with a mark for none).
 */
final class VoteFile implements Closeable {
  private static final String NAME = "vote";
  private static final long MAGIC = 0x4D555354564F5445L; // MUSTVOTE
  private static final Logger LOG = Logger.getLogger(VoteFile.class);

  private final Slots slots;
  private long term;
  private @Nullable Address vote;

  private VoteFile(Slots slots, long term, @Nullable Address vote) {
    this.slots = slots;
    this.term = term;
    this.vote = vote;
  }

  static boolean exists(Directory directory) {
    return Files.exists(directory.file(NAME));
  }

  static VoteFile create(Directory directory) throws IOException {
    Path file = directory.file(NAME);
    return new VoteFile(Slots.create(directory, file, MAGIC, bytes(0, null)), 0, null);
  }

  static VoteFile open(Directory directory) throws IOException {
    Path file = directory.file(NAME);
    Slots slots = Slots.open(directory, file, MAGIC);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(slots.value()));
    try {
      VoteFile opened = new VoteFile(slots, in.readLong(), Util.readAddress(in));
      if (slots.damaged()) {
        LOG.warnf("%s: one of the two copies was incomplete; taking the other", file);
        slots.writeBothForced(slots.value());
      }
      return opened;
    } catch (ClassNotFoundException e) {
      slots.close();
      throw DamagedLogException.in(file, "the vote has an address of unknown kind: " + e);
    }
  }

  synchronized long term() {
    return term;
  }

  synchronized @Nullable Address vote() {
    return vote;
  }

  /** A higher term begins without a vote; the same one changes nothing; a lower one is refused. */
  synchronized void term(long next) throws IOException {
    if (next < term) {
      throw new IllegalArgumentException(
          "The term cannot go back from %d to %d: this node may have voted in between"
              .formatted(term, next));
    }
    if (next > term) {
      store(next, null);
    }
  }

  /** No vote at all changes nothing: a vote that was given stays given until the next term. */
  synchronized void vote(@Nullable Address candidate) throws IOException {
    if (candidate == null || candidate.equals(vote)) {
      return;
    }
    if (vote != null) {
      throw new IllegalStateException(
          "This node voted for %s in term %d; it cannot vote for %s as well"
              .formatted(vote, term, candidate));
    }
    store(term, candidate);
  }

  /** Both at once: begins the term if it is new and votes in it. */
  synchronized void termAndVote(long next, Address candidate) throws IOException {
    if (next > term) {
      store(next, Objects.requireNonNull(candidate));
    } else {
      term(next);
      vote(candidate);
    }
  }

  private void store(long nextTerm, @Nullable Address nextVote) throws IOException {
    slots.writeBothForced(bytes(nextTerm, nextVote));
    term = nextTerm;
    vote = nextVote;
  }

  private static byte[] bytes(long term, @Nullable Address vote) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(term);
    Util.writeAddress(vote, out);
    return bytes.toByteArray();
  }

  @Override
  public synchronized void close() throws IOException {
    slots.close();
  }
}
