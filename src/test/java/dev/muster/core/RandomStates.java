package dev.muster.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** States that random entries led to, and the entries; the same for the same seed. */
public final class RandomStates {
  private static final String[] PROPOSERS = {"node-1", "node-2", "node-3"};
  private static final int COMMANDS_MAX = 8;

  private final Random random;
  private final RandomCommands commands;
  private final long[] incarnations = {1, 1, 1};
  private final long[] sequences = new long[PROPOSERS.length];
  private long timeMillis = 1_700_000_000_000L;
  private State state = State.EMPTY;

  public RandomStates(long seed) {
    random = new Random(seed);
    commands = new RandomCommands(random);
  }

  /** The state that this many random entries lead to. */
  public static State after(long seed, int entries) {
    RandomStates states = new RandomStates(seed);
    for (int i = 0; i < entries; i++) {
      states.apply(states.nextEntry());
    }
    return states.state();
  }

  public State state() {
    return state;
  }

  public Step apply(Entry entry) {
    Step step = state.apply(state.applied() + 1 + random.nextInt(2), entry);
    state = step.state();
    return step;
  }

  /**
   * An entry of one of three nodes, made for the present state; now and then its node restarted.
   */
  public Entry nextEntry() {
    int proposer = random.nextInt(PROPOSERS.length);
    if (random.nextInt(20) == 0) {
      incarnations[proposer]++;
      sequences[proposer] = 0;
    }
    timeMillis += random.nextInt(2_000) - 500;
    List<Command> batch = new ArrayList<>();
    for (int i = random.nextInt(COMMANDS_MAX + 1); i > 0; i--) {
      batch.add(commands.next(state));
    }
    return new Entry(
        timeMillis, PROPOSERS[proposer], incarnations[proposer], ++sequences[proposer], batch);
  }
}
