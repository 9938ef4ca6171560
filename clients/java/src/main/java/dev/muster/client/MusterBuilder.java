package dev.muster.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Settings of a client; the defaults are those of {@link Limits}. Used by one thread. */
public final class MusterBuilder {
  /** The namespace where none is named. */
  public static final String NAMESPACE_DEFAULT = "default";

  private final Set<URI> servers = new LinkedHashSet<>();
  private String namespace = NAMESPACE_DEFAULT;
  private @Nullable Path cacheDirectory;
  private @Nullable Executor listenerExecutor;
  private @Nullable String clientName;
  private long connectTimeoutMillis = Limits.CONNECT_TIMEOUT_MILLIS_DEFAULT;
  private long requestTimeoutMillis = Limits.REQUEST_TIMEOUT_MILLIS_DEFAULT;
  private long operationTimeoutMillis = Limits.OPERATION_TIMEOUT_MILLIS_DEFAULT;
  private long closeTimeoutMillis = Limits.CLOSE_TIMEOUT_MILLIS_DEFAULT;
  private int pollWaitSeconds = Limits.POLL_WAIT_SECONDS_DEFAULT;
  private @Nullable Timer timer;
  private RandomGenerator random = new java.util.Random();

  MusterBuilder() {}

  /**
   * Adds a server: {@code http://10.0.0.1:8080}, without a path, or with the one under which a
   * proxy has Muster.
   */
  public MusterBuilder server(URI server) {
    String scheme = server.getScheme();
    if (!("http".equals(scheme) || "https".equals(scheme)) || server.getHost() == null) {
      throw new IllegalArgumentException(
          "a server is named like http://10.0.0.1:8080, not '" + server + "'");
    }
    if (server.getQuery() != null || server.getFragment() != null) {
      throw new IllegalArgumentException("a server has no query and no fragment: " + server);
    }
    servers.add(URI.create(server.toString().replaceAll("/+$", "")));
    if (servers.size() > Limits.SERVERS_MAX) {
      throw new IllegalArgumentException("more than " + Limits.SERVERS_MAX + " servers");
    }
    return this;
  }

  /** The namespace of all items and services of this client; {@value #NAMESPACE_DEFAULT}. */
  public MusterBuilder namespace(String newNamespace) {
    namespace = newNamespace;
    return this;
  }

  /**
   * The name by which servers know this client, and tell of it to whoever drains an instance and
   * waits until all know: 1 to {@value Limits#CLIENT_NAME_LENGTH_MAX} visible characters of ASCII,
   * without space and slash. No other client that runs may have it. By default it is made of host,
   * process and chance.
   */
  public MusterBuilder clientName(String name) {
    clientName = ClientName.checked(name);
    return this;
  }

  /**
   * Where the last known contents are kept for times when no server answers, also for the next
   * start of this program. It is made where it does not exist, readable by its owner only, and
   * belongs to one cluster: what this cluster told is the least that will be read. Without it,
   * contents outlast an outage in memory only, as far as they are listened to.
   */
  public MusterBuilder cacheDirectory(Path directory) {
    cacheDirectory = directory;
    return this;
  }

  /**
   * Runs the listeners; by default {@link Limits#LISTENER_THREADS} daemon threads do. It is not
   * shut down by the client.
   */
  public MusterBuilder listenerExecutor(Executor executor) {
    listenerExecutor = executor;
    return this;
  }

  /** To connect to one server. */
  public MusterBuilder connectTimeout(Duration timeout) {
    connectTimeoutMillis = millis("connectTimeout", timeout);
    return this;
  }

  /** One request to one server; for long polls, on top of their wait. */
  public MusterBuilder requestTimeout(Duration timeout) {
    requestTimeoutMillis = millis("requestTimeout", timeout);
    return this;
  }

  /** One call of a method, with all of its retries. */
  public MusterBuilder operationTimeout(Duration timeout) {
    operationTimeoutMillis = millis("operationTimeout", timeout);
    return this;
  }

  /** How long closing may take. */
  public MusterBuilder closeTimeout(Duration timeout) {
    closeTimeoutMillis = millis("closeTimeout", timeout);
    return this;
  }

  /**
   * How long a server may wait with the answer to a long poll: 1 to {@link
   * Limits#POLL_WAIT_SECONDS_MAX} seconds. Changes are told at once; this bounds how long a
   * connection that died silently goes unnoticed.
   */
  public MusterBuilder pollWait(Duration wait) {
    if (wait.toSeconds() < 1 || wait.toSeconds() > Limits.POLL_WAIT_SECONDS_MAX) {
      throw new IllegalArgumentException(
          "pollWait is 1 to " + Limits.POLL_WAIT_SECONDS_MAX + " seconds, not " + wait);
    }
    pollWaitSeconds = (int) wait.toSeconds();
    return this;
  }

  private static long millis(String name, Duration timeout) {
    if (timeout.toMillis() < 1 || timeout.toMillis() > Limits.TIMEOUT_MILLIS_MAX) {
      throw new IllegalArgumentException(
          name + " is 1 to " + Limits.TIMEOUT_MILLIS_MAX + " milliseconds, not " + timeout);
    }
    return timeout.toMillis();
  }

  /** For tests: the client's time and its dice. */
  MusterBuilder with(Timer newTimer, RandomGenerator newRandom) {
    timer = newTimer;
    random = newRandom;
    return this;
  }

  /**
   * Makes the client. Nothing is asked of any server yet, so this works while none is there.
   *
   * @throws UncheckedIOException if the cache directory cannot be made or read
   */
  public Muster build() {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("no server: add at least one, http://10.0.0.1:8080");
    }
    Paths.namespace(namespace);
    SystemTimer ownTimer = timer == null ? new SystemTimer() : null;
    Timer usedTimer = ownTimer == null ? timer : ownTimer;
    if (usedTimer == null) {
      throw new AssertionError("one of both is there");
    }
    DiskCache cache = null;
    if (cacheDirectory != null) {
      try {
        cache = new DiskCache(cacheDirectory);
      } catch (IOException e) {
        throw new UncheckedIOException("the cache directory " + cacheDirectory, e);
      }
    }
    List<URI> addresses = new ArrayList<>(servers);
    Executor io = Threads.pool("muster-client-io", Limits.IO_THREADS);
    Http http =
        new Http(
            io,
            usedTimer,
            connectTimeoutMillis,
            clientName == null ? ClientName.unique() : clientName);
    Calls calls =
        new Calls(
            http,
            new Servers(addresses, usedTimer, random),
            usedTimer,
            random,
            requestTimeoutMillis);
    Executor listeners =
        listenerExecutor == null
            ? Threads.pool("muster-client-listener", Limits.LISTENER_THREADS)
            : listenerExecutor;
    return new Muster(
        new Muster.Parts(
            namespace,
            calls,
            cache,
            usedTimer,
            ownTimer,
            random,
            io,
            listeners,
            operationTimeoutMillis,
            closeTimeoutMillis,
            pollWaitSeconds));
  }
}
