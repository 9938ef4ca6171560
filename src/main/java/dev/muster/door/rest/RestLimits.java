package dev.muster.door.rest;

import dev.muster.core.Limits;

/** Every limit of the REST door that is not one of the tree's own {@link Limits}. */
public final class RestLimits {
  /** The largest body of any request but an import; contents of nodes need it. */
  public static final int BODY_BYTES_MAX = Limits.NODE_DATA_BYTES_MAX;

  /** The whole of a body must have come within this, from when it is read. */
  public static final long BODY_TIMEOUT_MILLIS = 30_000;

  public static final int JSON_BODY_BYTES_MAX = 64 << 10;
  public static final int JSON_DEPTH_MAX = 32;

  public static final int PAGE_ITEMS_DEFAULT = 100;
  public static final int PAGE_ITEMS_MAX = 1_000;
  public static final int CURSOR_CHARS_MAX = 2_048;

  /** Of the body of a batch poll, which names up to 3,000 items. */
  public static final int POLL_BODY_BYTES_MAX = 1 << 20;

  /** Of a request for many instances: up to 500, with room for what each has to tell. */
  public static final int BULK_BODY_BYTES_MAX = 1 << 20;

  /** A batch poll waits at no more places than this, however many items it has. */
  public static final int POLL_PATHS_MAX = 16;

  /** Contents within one JSON answer, as they are sent; a single one may be larger. */
  public static final int CONTENTS_BYTES_MAX = 4 << 20;

  /** Of a text that is searched for. */
  public static final int SEARCH_CHARS_MAX = 256;

  /** How much of the contents of items one page of a search looks at. */
  public static final int SEARCH_BYTES_MAX = 8 << 20;

  public static final int WAIT_SECONDS_MAX = 60;

  /** By how much a long poll may end early, so that those that began together do not end so. */
  public static final double WAIT_JITTER = 0.1;

  /** How long a read waits for a revision that this node has not applied yet. */
  public static final long MIN_REVISION_WAIT_MILLIS = 5_000;

  /** Long polls, streams and other waiting requests of this node. */
  public static final int WATCHERS_MAX = 100_000;

  public static final int WATCHERS_PER_ADDRESS_MAX = 20_000;

  /** An idle stream says that it lives, and how far it has seen, this often. */
  public static final long STREAM_BOOKMARK_MILLIS = 15_000;

  /** A stream whose client has not read anything for this long is closed. */
  public static final long STREAM_STALL_MILLIS = 60_000;

  /** Imports, exports and copies that a node has under way: each holds whole archives. */
  public static final int TRANSFERS_AT_ONCE_MAX = 4;

  /** Searches for keys that a node has under way: each may parse and merge for seconds. */
  public static final int KEY_SEARCHES_AT_ONCE_MAX = 2;

  /** Of the differences that an import tells; what is beyond is left out. */
  public static final int TRANSFER_DIFF_CHARS_MAX = 4 << 20;

  /** Instances that one list of targets for Prometheus looks at. */
  public static final int PROMETHEUS_INSTANCES_MAX = 100_000;

  /** Of such a list. */
  public static final int PROMETHEUS_BYTES_MAX = 32 << 20;

  public static final int ENCODED_ENTRIES_MAX = 256;
  public static final int ENCODED_ANSWER_BYTES_MAX = 4 << 20;
  public static final long ENCODED_BYTES_MAX = 32 << 20;

  /** Services whose settings are kept parsed. */
  public static final int PARSED_SETTINGS_MAX = 1_024;

  private RestLimits() {}
}
