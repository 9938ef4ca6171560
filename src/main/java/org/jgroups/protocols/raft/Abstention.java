package org.jgroups.protocols.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a member that starts with nothing from voting until it knows what it may have forgotten.
 *
 * <p>A member that lost its disk may have voted, and may have acknowledged entries that were
 * committed by its acknowledgement. If it voted again with an empty log, a member without these
 * entries could be elected, and they would be lost. So a member without a log <em>abstains</em>:
 *
 * <ol>
 *   <li>At first it is <em>disoriented</em>: it may be in an older term than its former life was,
 *       and its leader may have been replaced with that life's help. It takes no entries until so
 *       many others have told it their term that every majority that it was part of is among them:
 *       n - m + 1 members that do not abstain themselves (Viewstamped Replication's recovery, in
 *       Liskov and Cowling 2012, section 4.3, asks f + 1), or all others. It goes to the newest.
 *   <li>Then it takes entries, and its acknowledgements count. Its vote counts only in an election
 *       in which <em>every</em> member answers.
 *   <li>It ends when the member, in one and the same term, has heard its leader's commit index and
 *       has itself committed up to there <em>and</em> an entry of that term. In this term it has
 *       then voted for that leader.
 * </ol>
 *
 * <p><b>What holds</b>, when at any time fewer than a majority have forgotten something (n members,
 * a majority of m, at most m - 1 abstaining):
 *
 * <ul>
 *   <li><em>No second leader in a term.</em> Whoever was elected before has the votes of m members,
 *       of which one remembers. Another election in the term counts either m votes of members that
 *       remember, and those of two elections overlap; or all members' votes, also that of the one
 *       that remembers, which gives none (and to its coordinator's new life neither: a vote is for
 *       an address, and a new life has a new one). Who no longer abstains in a term has voted in
 *       it, or is in a later term than its former lives.
 *   <li><em>The elected one has all that is committed.</em> An entry's majority without those that
 *       forgot, and m voters that remember, are together more than all that remember: they overlap.
 *       When all vote, at least one has it, and the best log wins. Abstaining members are never
 *       elected otherwise.
 *   <li><em>Nothing is acknowledged to a leader that was replaced with a former life's help.</em>
 *       Who helped to elect or to commit in a term did so in a majority, of which one that
 *       remembers has told its term: ours is not older. An election that was not over when it told
 *       ends within less than {@link Election#ROUND_NANOS} twice, before a new life is listened to
 *       ({@link Membership}).
 *   <li><em>Afterwards it knows it all.</em> Entries committed in earlier terms are in the leader's
 *       log before its first own one. Entries of this term that our former life helped to commit:
 *       the leader drops that life's late acknowledgements when it sees the new one, and speaks to
 *       the new one afterwards, so the first commit index that we hear covers them. To commit an
 *       entry of this term alone is not enough: the former life may have acknowledged later ones.
 *   <li><em>A restart halfway</em> goes on abstaining, from the beginning: the marker file is on
 *       disk before the log is, and is removed only at the end.
 * </ul>
 *
 * <p><b>What does not hold.</b> As in any Raft, losing the disks of a majority loses what they had.
 * A directory that was put back from an older copy has forgotten too, but looks like one that has
 * not: empty it instead. And while a member abstains and another one is down, three members elect
 * nobody (a leader that is there goes on). When others are lost for ever, empty members in their
 * places make the members complete again, and the best log that is left is elected.
 *
 * <p>A whole new cluster is the same rule, not an exception: everybody abstains, so the first
 * election needs all members; from then on a majority suffices. A majority of empty members cannot
 * be let off, although that would start sooner: n1 and n2 begin and commit, n2 loses its disk while
 * n1 is down, n3 comes for the first time; n2 and n3 are an empty majority, and what n1 has is
 * lost, by the loss of one disk.
 *
 * <p>Confined to Raft's thread after construction.
 */
@NullMarked
public final class Abstention {
  /** Beside the log, as long as the member abstains. */
  public static final String MARKER = "abstaining";

  private final @Nullable Path marker;
  private boolean abstaining;

  private Abstention(@Nullable Path marker, boolean abstaining) {
    this.marker = marker;
    this.abstaining = abstaining;
  }

  /**
   * Decides by whether there is a log: other files in the directory say nothing about votes.
   *
   * @param directory where the marker is kept
   * @param log the log's directory, in {@code directory}; not opened yet
   */
  public static Abstention in(Path directory, Path log) throws IOException {
    Files.createDirectories(directory);
    Path marker = directory.resolve(MARKER);
    if (Files.exists(marker)) {
      return new Abstention(marker, true);
    }
    if (Files.exists(log)) {
      try (Stream<Path> files = Files.list(log)) {
        if (files.findAny().isPresent()) {
          return new Abstention(marker, false);
        }
      }
    }
    FileChannel.open(marker, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
    force(directory);
    return new Abstention(marker, true);
  }

  /** Without a file, for logs without a directory. */
  static Abstention inMemory(boolean abstaining) {
    return new Abstention(null, abstaining);
  }

  boolean abstaining() {
    return abstaining;
  }

  void end() throws IOException {
    if (marker != null) {
      Files.deleteIfExists(marker);
      Path directory = marker.getParent();
      if (directory != null) {
        force(directory);
      }
    }
    abstaining = false;
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
