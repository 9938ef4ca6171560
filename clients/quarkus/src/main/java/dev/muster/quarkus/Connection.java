package dev.muster.quarkus;

import dev.muster.client.Muster;
import dev.muster.client.MusterBuilder;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * How to reach a namespace. Whoever asks for the same connection gets the same client: one is
 * enough for a process, and what it knows outlives a restart in development mode. Clients have
 * daemon threads only; they are closed, and so deregister, when the process ends in good order.
 *
 * @param servers addresses of the cluster's nodes, at least one
 * @param cacheDirectory where the last known contents are kept
 */
public record Connection(List<URI> servers, String namespace, Path cacheDirectory) {
  /** The addresses, separated by commas. Without it nothing of this library does anything. */
  public static final String URL = "muster.url";

  public static final String NAMESPACE = "muster.namespace";
  public static final String CACHE_DIRECTORY = "muster.cache-directory";

  private static final Logger LOG = System.getLogger(Connection.class.getName());
  private static final Map<Connection, Muster> CLIENTS = new ConcurrentHashMap<>();

  private static final Map<Connection, Registrations> REGISTRATIONS = new ConcurrentHashMap<>();

  static {
    // What is registered is to be gone as soon as the program begins to end.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> CLIENTS.values().forEach(Muster::close), "muster-client-close"));
  }

  public Connection {
    servers = List.copyOf(servers);
  }

  /**
   * Reads the settings; empty if there is no address.
   *
   * @param setting the value of a key, empty if it is not set
   * @throws IllegalArgumentException if an address is none
   */
  public static Optional<Connection> of(Function<String, Optional<String>> setting) {
    List<URI> servers = setting.apply(URL).map(Connection::servers).orElse(List.of());
    if (servers.isEmpty()) {
      return Optional.empty();
    }
    String namespace = setting.apply(NAMESPACE).orElse(MusterBuilder.NAMESPACE_DEFAULT);
    Path cache =
        setting.apply(CACHE_DIRECTORY).map(Path::of).orElseGet(() -> cacheDirectory(servers));
    return Optional.of(new Connection(servers, namespace, cache));
  }

  private static List<URI> servers(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(address -> !address.isEmpty())
        .map(Connection::server)
        .toList();
  }

  private static URI server(String address) {
    try {
      return URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          URL + " takes addresses like http://10.0.0.1:8080, not '" + address + "'", e);
    }
  }

  /** One for each cluster: what one cluster told must not be held against another. */
  private static Path cacheDirectory(List<URI> servers) {
    String cluster = servers.stream().map(URI::toString).sorted().reduce("", (a, b) -> a + "," + b);
    return Path.of(System.getProperty("user.home", "."))
        .resolve(".cache/muster")
        .resolve(UUID.nameUUIDFromBytes(cluster.getBytes(StandardCharsets.UTF_8)).toString());
  }

  /**
   * The client of this connection. Asks no server yet.
   *
   * @throws java.io.UncheckedIOException if the cache directory cannot be used
   */
  public Muster client() {
    return CLIENTS.computeIfAbsent(
        this,
        connection -> {
          MusterBuilder builder =
              Muster.builder().namespace(namespace).cacheDirectory(cacheDirectory);
          servers.forEach(builder::server);
          LOG.log(Level.DEBUG, () -> "A client of " + connection);
          return builder.build();
        });
  }

  /**
   * What the client of this connection keeps registered; outlives a restart in development mode as
   * the client does, so that the program that comes after it can replace it.
   */
  public Registrations registrations() {
    return REGISTRATIONS.computeIfAbsent(this, connection -> new Registrations(client()));
  }

  @Override
  public String toString() {
    return "namespace " + namespace + " at " + servers;
  }
}
