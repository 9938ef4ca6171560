package dev.muster.core;

import java.util.List;

/**
 * What stands at one position of the log: commands of one node, batched.
 *
 * @param timeMillis the proposer's clock; the state keeps it from going back
 * @param proposer the name of the node that proposes
 * @param incarnation which run of that node: higher after each restart
 * @param sequence counts the run's entries from 1, so that one proposed twice is applied once
 * @param commands may be empty: a barrier
 */
public record Entry(
    long timeMillis, String proposer, long incarnation, long sequence, List<Command> commands) {
  public Entry {
    commands = List.copyOf(commands);
  }
}
