package dev.muster.core;

import java.util.ArrayList;
import java.util.List;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The whole cluster at one moment. Immutable: holding a reference is holding a consistent snapshot,
 * which any thread may read without a lock.
 *
 * @param applied the position of the last log entry applied
 * @param revision counts changes; a command that changes nothing leaves it
 * @param timeMillis the newest time of any entry; never goes back
 * @param chain a hash over every entry applied and its effects since the beginning: nodes that
 *     agree on {@code applied} agree on it, or one of them is wrong
 */
public record State(
    long applied,
    long revision,
    long timeMillis,
    Tree tree,
    PSortedMap<Long, Session> sessions,
    PSortedMap<String, Proposer> proposers,
    Settings settings,
    long chain) {

  public static final State EMPTY =
      new State(0, 0, 0, Tree.EMPTY, TreePMap.empty(), TreePMap.empty(), Settings.DEFAULT, 0);

  /**
   * The one transition. No clock, no randomness, no IO; an exception here is a bug and stops the
   * node.
   *
   * @param position of the entry in the log; positions grow, with gaps where the log holds entries
   *     of its own
   */
  public Step apply(long position, Entry entry) {
    if (position <= applied) {
      throw new IllegalArgumentException(
          "entry " + position + " comes after entry " + applied + " was applied");
    }
    Proposer known = proposers.get(entry.proposer());
    Proposer.Verdict verdict = Proposer.judge(known, entry);
    if (verdict != Proposer.Verdict.APPLIED) {
      long newChain = Chain.verdict(chain, position, entry, verdict);
      return new Step(
          new State(position, revision, timeMillis, tree, sessions, proposers, settings, newChain),
          verdict,
          List.of(),
          List.of());
    }
    State next =
        new State(
            position,
            revision,
            Math.max(timeMillis, entry.timeMillis()),
            tree,
            sessions,
            proposers,
            settings,
            chain);
    List<Reply> replies = new ArrayList<>(entry.commands().size());
    List<Event> events = new ArrayList<>();
    for (Command command : entry.commands()) {
      Draft draft = new Draft(next);
      Reply reply = command.applyTo(draft);
      if (reply instanceof Reply.Done) {
        next = draft.seal();
        events.addAll(draft.events());
      }
      replies.add(reply);
    }
    return new Step(
        next.answered(
            Proposer.remember(proposers, entry.proposer(), Proposer.after(known, entry, replies)),
            Chain.effects(chain, position, entry, next, replies, events)),
        verdict,
        replies,
        events);
  }

  State changed(
      long newRevision, Tree newTree, PSortedMap<Long, Session> newSessions, Settings newSettings) {
    return new State(
        applied, newRevision, timeMillis, newTree, newSessions, proposers, newSettings, chain);
  }

  private State answered(PSortedMap<String, Proposer> newProposers, long newChain) {
    return new State(
        applied, revision, timeMillis, tree, sessions, newProposers, settings, newChain);
  }
}
