package dev.muster.core;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Every limit of the tree, in one place. {@link #check} is called before a command enters the log,
 * so that the log never holds what a node cannot take; what only the state can know (the data
 * budget, the number of sessions) is refused by the state.
 */
public final class Limits {
  public static final int PATH_BYTES_MAX = 1_024;
  public static final int PATH_DEPTH_MAX = 32;
  public static final int NODE_DATA_BYTES_MAX = 1 << 20;
  public static final int NODE_ATTRIBUTES_MAX = 64;
  public static final int NODE_ATTRIBUTES_BYTES_MAX = 8 << 10;
  public static final int TRANSACTION_CHANGES_MAX = 128;
  public static final int TRANSACTION_GUARDS_MAX = 256;

  /** The largest data of two nodes, an item and its release, with their paths and attributes. */
  public static final int TRANSACTION_BYTES_MAX = (2 << 20) + (64 << 10);

  public static final long SESSION_TTL_MILLIS_MIN = 2_000;
  public static final long SESSION_TTL_MILLIS_MAX = 24L * 60 * 60 * 1_000;
  public static final int SESSION_OWNER_BYTES_MAX = 256;
  public static final int SESSION_SECRET_BYTES_MAX = 64;
  public static final int SESSION_EPHEMERALS_MAX = 10_000;
  public static final int SESSIONS_MAX = 1_200_000;
  public static final int SESSIONS_CLOSED_AT_ONCE_MAX = 256;

  public static final long NODE_TTL_MILLIS_MIN = 1_000;
  public static final long NODE_TTL_MILLIS_MAX = 365L * 24 * 60 * 60 * 1_000;

  /**
   * More nodes than a transaction may delete are deleted in parts, so that no single revision
   * stalls the cluster.
   */
  public static final int SUBTREE_DELETE_NODES_MAX = 10_000;

  /**
   * What a node of the tree costs beside its name, data and attributes: a round figure for its stat
   * and map entries.
   */
  public static final int NODE_OVERHEAD_BYTES = 256;

  public static final long DATA_BUDGET_BYTES_DEFAULT = 1L << 30;
  public static final long DATA_BUDGET_BYTES_MIN = 1L << 20;
  public static final long DATA_BUDGET_BYTES_MAX = 1L << 40;

  /**
   * Entries of one proposer that may be under way at once; the state keeps the answers of as many.
   */
  public static final int ENTRIES_IN_FLIGHT_MAX = 2;

  /** Names of nodes that the state remembers as proposers. A cluster has up to seven members. */
  public static final int PROPOSERS_MAX = 64;

  public static final int ENTRY_COMMANDS_MAX = 2_048;
  public static final int ENTRY_BYTES_MAX = 1 << 20;

  /** An entry may pass {@link #ENTRY_BYTES_MAX} by one command, which has its own limit. */
  public static final int ENTRY_BYTES_HARD_MAX =
      ENTRY_BYTES_MAX + TRANSACTION_BYTES_MAX + (1 << 16);

  private Limits() {}

  /**
   * Refuses a command that passes a limit.
   *
   * @throws LimitExceededException naming the limit, its bound and the value
   */
  public static void check(Command command) {
    if (command instanceof Command.Transact transact) {
      check(transact);
    } else if (command instanceof Command.OpenSession open) {
      between(
          "session.ttl", open.ttlMillis(), SESSION_TTL_MILLIS_MIN, SESSION_TTL_MILLIS_MAX, "ms");
      atMost("session.owner", utf8Length(open.owner()), SESSION_OWNER_BYTES_MAX, "bytes");
      atMost("session.secret", open.secret().length(), SESSION_SECRET_BYTES_MAX, "bytes");
      between("session.id", open.id(), 1, Long.MAX_VALUE, "");
    } else if (command instanceof Command.CloseSessions close) {
      atMost("transaction.guards", close.guards().size(), TRANSACTION_GUARDS_MAX, "guards");
      atMost("sessions.closed", close.ids().size(), SESSIONS_CLOSED_AT_ONCE_MAX, "sessions");
    } else if (command instanceof Command.SetDataBudget budget) {
      between("data.budget", budget.bytes(), DATA_BUDGET_BYTES_MIN, DATA_BUDGET_BYTES_MAX, "bytes");
    }
  }

  private static void check(Command.Transact transact) {
    atMost("transaction.guards", transact.guards().size(), TRANSACTION_GUARDS_MAX, "guards");
    atMost("transaction.changes", transact.changes().size(), TRANSACTION_CHANGES_MAX, "changes");
    long bytes = 0;
    for (Guard guard : transact.guards()) {
      Path path = guard.path();
      bytes += path == null ? 0 : utf8Length(path.toString());
    }
    for (Change change : transact.changes()) {
      bytes += utf8Length(change.path().toString());
      Bytes data = change.data();
      if (data != null) {
        atMost("node.data", data.length(), NODE_DATA_BYTES_MAX, "bytes");
        bytes += data.length();
      }
      Map<String, String> attributes = change.attributes();
      if (attributes != null) {
        bytes += checkAttributes(attributes);
      }
      if (change.life() instanceof Life.Ttl ttl) {
        between("node.ttl", ttl.ttlMillis(), NODE_TTL_MILLIS_MIN, NODE_TTL_MILLIS_MAX, "ms");
      }
    }
    atMost("transaction.bytes", bytes, TRANSACTION_BYTES_MAX, "bytes");
  }

  private static long checkAttributes(Map<String, String> attributes) {
    atMost("node.attributes", attributes.size(), NODE_ATTRIBUTES_MAX, "attributes");
    long bytes = 0;
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      bytes += utf8Length(attribute.getKey()) + utf8Length(attribute.getValue());
    }
    atMost("node.attributes.bytes", bytes, NODE_ATTRIBUTES_BYTES_MAX, "bytes");
    return bytes;
  }

  /** Refuses a value above its bound. */
  public static void atMost(String limit, long value, long max, String unit) {
    if (value > max) {
      throw new LimitExceededException(limit, value, 0, max, unit);
    }
  }

  /** Refuses a value outside its bounds, both included. */
  public static void between(String limit, long value, long min, long max, String unit) {
    if (value < min || value > max) {
      throw new LimitExceededException(limit, value, min, max, unit);
    }
  }

  static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
