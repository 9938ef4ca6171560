package dev.muster.boot;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What can be set, with what holds if it is not. Documented for operators in {@code
 * docs/configuration.md}.
 */
@ConfigMapping(prefix = "muster")
public interface MusterConfig {
  Node node();

  Data data();

  Cluster cluster();

  Request request();

  Checks checks();

  Dns dns();

  /** This node. */
  interface Node {
    /** Its name: unique in the cluster, never changed, one of the members. */
    @WithDefault("n1")
    String name();
  }

  /** What is kept on disk. */
  interface Data {
    /** Holds everything this node must not forget. One process at a time. */
    @WithDefault("data")
    Path dir();

    /** A snapshot is taken, and the log shortened, after about this many bytes of log. */
    @WithDefault("67108864")
    long snapshotLogBytes();
  }

  /** Who belongs together. */
  interface Cluster {
    /**
     * All members as {@code name@host:port}, comma-separated, the same text on every node. Without
     * it this node is a cluster of its own, and nothing listens for others.
     */
    Optional<String> members();

    /**
     * The address to listen on for the other members; by default the one that {@link #members}
     * names for this node.
     */
    Optional<String> bindAddress();
  }

  /** What callers may expect. */
  interface Request {
    /** After this long without a majority, a command is answered 503. 100 ms to 5 min. */
    @WithDefault("5s")
    Duration timeout();
  }

  /** Active health checks. */
  interface Checks {
    /**
     * The ranges of addresses that they may reach, as {@code 10.0.0.0/8}, comma-separated; the same
     * on every node. Without it there are none.
     */
    Optional<List<String>> allow();
  }

  /** Service discovery by DNS. */
  interface Dns {
    /** Whether this node answers at all. */
    @WithDefault("false")
    boolean enabled();

    /** The IP address to listen on. */
    @WithDefault("127.0.0.1")
    String address();

    /** For UDP and TCP. */
    @WithDefault("8600")
    int port();

    /** That it is the authority for. */
    @WithDefault("muster.")
    String domain();

    /** How long resolvers may keep an answer, and that there is none; whole seconds. */
    @WithDefault("1s")
    Duration ttl();

    /** Of answers over UDP: longer ones are fetched by TCP. */
    @WithDefault("1232")
    int udpPayloadMax();
  }
}
