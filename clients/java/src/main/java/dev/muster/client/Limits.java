package dev.muster.client;

/** Every size, count, wait and rate of the client that has a bound, in one place. */
public final class Limits {
  /** Server addresses of one client. */
  public static final int SERVERS_MAX = 32;

  /** The content of an item; the servers' own limit. */
  public static final int CONTENT_BYTES_MAX = 1 << 20;

  /** Any answer: a page of instances at all of their own limits is below it. */
  public static final int ANSWER_BYTES_MAX = 32 << 20;

  /** Instances that are asked for at once, and how often for one list. */
  public static final int INSTANCE_PAGE_SIZE = 1_000;

  public static final int INSTANCE_PAGES_MAX = 10;

  /** How often a list that changed while its pages were read is begun anew. */
  public static final int INSTANCE_PAGING_TRIES_MAX = 3;

  /** Items and services that one client follows: each service holds a connection while it waits. */
  public static final int FOLLOWED_MAX = 1_000;

  /**
   * Items that are followed by one poll, and so by one connection. With the longest names, a poll
   * for them is below 1 MiB, the servers' limit of its body; and they look as many through at once.
   */
  public static final int BATCH_ITEMS_MAX = 500;

  /** A longer or deeper name of an item may be too long or deep for the servers. */
  public static final int ITEM_NAME_BYTES_SURE = 900;

  public static final int ITEM_NAME_SEGMENTS_SURE = 30;

  /** Instances that one client keeps registered. */
  public static final int REGISTRATIONS_MAX = 1_000;

  /** What a heartbeat tells, in UTF-8; what is longer is cut off. */
  public static final int OUTPUT_BYTES_MAX = 200;

  /** Files of the cache directory; beyond, new items are not cached. */
  public static final int CACHE_FILES_MAX = 10_000;

  /** One file of the cache; what is larger is not cached. */
  public static final int CACHE_FILE_BYTES_MAX = 64 << 20;

  /** Half-written files of the cache that are older were left by a process that was killed. */
  public static final long CACHE_REMAINS_MILLIS = 10 * 60_000;

  /** How long another process may hold the cache's lock, and how often it is tried. */
  public static final long CACHE_LOCK_MILLIS_MAX = 500;

  public static final long CACHE_LOCK_TRY_MILLIS = 5;

  public static final int JSON_DEPTH_MAX = 32;

  /** How long a poll asks the server to wait; servers wait for 60 s at most. */
  public static final int POLL_WAIT_SECONDS_DEFAULT = 30;

  public static final int POLL_WAIT_SECONDS_MAX = 60;

  /** Of the name by which servers know a client. */
  public static final int CLIENT_NAME_LENGTH_MAX = 128;

  /** A poll that brought nothing new sooner than this is followed by a pause. */
  public static final long IDLE_POLL_MILLIS_MIN = 1_000;

  public static final long CONNECT_TIMEOUT_MILLIS_DEFAULT = 1_000;

  /** One request to one server; a poll's wait comes on top. */
  public static final long REQUEST_TIMEOUT_MILLIS_DEFAULT = 6_000;

  /** One call of a method, with all of its retries. */
  public static final long OPERATION_TIMEOUT_MILLIS_DEFAULT = 10_000;

  /** Closing the client: deregistrations that are not answered by then are given up. */
  public static final long CLOSE_TIMEOUT_MILLIS_DEFAULT = 5_000;

  /** What is cached is served, as stale, when no server has answered for this long. */
  public static final long FIRST_ANSWER_MILLIS_MAX = 2_000;

  /** A server has at least this long to answer a sign of life, however short the lease is. */
  public static final long LEASE_TRY_MILLIS_MIN = 500;

  /** Any time-out that can be set. */
  public static final long TIMEOUT_MILLIS_MAX = 10 * 60_000;

  /** The first pause after all servers failed is up to this long, then twice that, and so on. */
  public static final long BACKOFF_BASE_MILLIS = 100;

  public static final long BACKOFF_MAX_MILLIS = 10_000;

  /** A longer {@code Retry-After} is taken for this. */
  public static final long RETRY_AFTER_MILLIS_MAX = 60_000;

  /** For how long one server is preferred before another is chosen at random: evens out load. */
  public static final long STICKY_MILLIS = 15 * 60_000;

  /**
   * For how long after a change the next poll of a service waits for the listeners: it tells the
   * servers that the last list is acted on. Well below the 65 s after which servers forget a client
   * that does not ask.
   */
  public static final long LISTENERS_MILLIS_MAX = 30_000;

  /** After this, an executor that refused to run a listener is asked again. */
  public static final long LISTENER_REFUSED_MILLIS = 1_000;

  /** A lease is renewed after a third of it, less up to this share at random. */
  public static final double HEARTBEAT_JITTER = 0.1;

  /** Threads that handle answers and write the cache. */
  public static final int IO_THREADS = 4;

  /** Threads that run listeners, unless the builder is given an executor. */
  public static final int LISTENER_THREADS = 4;

  /** Idle threads end after this. */
  public static final long THREAD_IDLE_MILLIS = 10_000;

  private Limits() {}
}
