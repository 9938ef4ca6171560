package dev.muster.raft;

import dev.muster.raft.log.DurableLog;
import dev.muster.raft.log.LogOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.Abstention;
import org.jgroups.protocols.raft.GuardedRaft;
import org.jgroups.raft.util.Utils;
import org.jspecify.annotations.Nullable;

/**
 * A member of the cluster: a JGroups channel with guarded Raft at its top. Open it, give {@link
 * #channel()} a receiver, {@link #connect()}, {@link #close()}.
 */
public final class Stack implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Stack.class);

  /** How long a close waits for a follower to have everything. */
  private static final Duration HAND_OVER_MAX = Duration.ofSeconds(2);

  /** How long a restarted member waits for its earlier life to be missed by the others. */
  private static final long REJOIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

  private static final long REJOIN_PAUSE_MILLIS = 100;
  private static final long REJOIN_PAUSE_MILLIS_MAX = 2_000;
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(muster\\.[a-z.]+)}");

  private final RaftConfig config;
  private final JChannel channel;
  private final GuardedRaft raft;
  private final DurableLog log;

  private Stack(RaftConfig config, JChannel channel, GuardedRaft raft, DurableLog log) {
    this.config = config;
    this.channel = channel;
    this.raft = raft;
    this.log = log;
  }

  /**
   * Opens the log and builds the channel. Nothing is sent yet, and no port is open.
   *
   * @throws IllegalStateException another process uses the directory
   * @throws dev.muster.raft.log.DamagedLogException the log cannot be trusted
   */
  public static Stack open(
      RaftConfig config,
      LogOptions options,
      ReplicatedMachine machine,
      Halt halt,
      RaftListener listener)
      throws Exception {
    Path logDirectory = config.directory().resolve("log");
    Abstention abstention = Abstention.in(config.directory(), logDirectory);
    DurableLog log = DurableLog.open(logDirectory, options.withHalt(halt));
    try {
      JChannel channel = new JChannel(stackOf(config)).name(config.raftId());
      GuardedRaft raft = channel.getProtocolStack().findProtocol(GuardedRaft.class);
      raft.machine(machine).halt(halt).listener(listener).abstention(abstention);
      raft.log(log).members(config.members()).raftId(config.raftId());
      raft.maxLogSize(config.snapshotLogBytes());
      return new Stack(config, channel, raft, log);
    } catch (Exception e) {
      log.close();
      throw e;
    }
  }

  /** The XML with this member's values. Others, such as TLS, stay open to system properties. */
  private static InputStream stackOf(RaftConfig config) throws IOException {
    String resource = config.members().size() == 1 ? "/raft/single.xml" : "/raft/tcp.xml";
    Map<String, String> values =
        Map.of(
            "muster.raft.address", config.bindAddress(),
            "muster.raft.port", Integer.toString(config.port()),
            "muster.raft.hosts", String.join(",", bracketed(config.initialHosts())));
    try (InputStream in =
        Objects.requireNonNull(Stack.class.getResourceAsStream(resource), resource)) {
      String xml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Matcher matcher = VARIABLE.matcher(xml);
      String filled =
          matcher.replaceAll(
              match ->
                  Matcher.quoteReplacement(
                      escaped(Objects.requireNonNull(values.get(match.group(1)), match.group()))));
      return new ByteArrayInputStream(filled.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** JGroups writes {@code host[port]}. */
  private static List<String> bracketed(List<String> hosts) {
    return hosts.stream().map(host -> host.replaceFirst(":(\\d+)$", "[$1]")).toList();
  }

  private static String escaped(String value) {
    return value.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
  }

  /**
   * Restores the machine from the log and joins the cluster. Returns when this member is in a view,
   * which may be one of its own; a leader is known later.
   *
   * <p>Fault 10: a member that comes back while the others still have its earlier life in their
   * view is refused (NO_DUPES): it tries again until they have noticed.
   */
  public void connect() throws Exception {
    long until = System.nanoTime() + REJOIN_NANOS_MAX;
    long pauseMillis = REJOIN_PAUSE_MILLIS;
    while (true) {
      try {
        channel.connect("muster");
        return;
      } catch (SecurityException refused) {
        if (System.nanoTime() - until > 0) {
          throw refused;
        }
        LOG.infof("%s: joining again: %s", config.raftId(), refused.getMessage());
        Thread.sleep(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, REJOIN_PAUSE_MILLIS_MAX);
      }
    }
  }

  /** For messages of our own between members (forwarding); its receiver is free for the caller. */
  public JChannel channel() {
    return channel;
  }

  /** For the log's meters. */
  public DurableLog log() {
    return log;
  }

  /** See {@link GuardedRaft#propose}. */
  public boolean propose(byte[] entry, long expectedTerm) {
    return raft.propose(entry, expectedTerm);
  }

  /** See {@link GuardedRaft#status}. After {@link #connect}. */
  public RaftStatus status() {
    return raft.status();
  }

  /** See {@link GuardedRaft#progress}. */
  public long progress() {
    return raft.progress();
  }

  /** See {@link GuardedRaft#requestSnapshot}. */
  public CompletableFuture<Long> requestSnapshot() {
    return raft.requestSnapshot();
  }

  /** The member id in an address of this cluster; null for a stranger. */
  public static @Nullable String raftIdOf(Address address) {
    return Utils.extractRaftId(address);
  }

  /**
   * Hands leadership over (see {@link GuardedRaft#handOver}), leaves the cluster, closes the log.
   */
  @Override
  public void close() {
    if (channel.isConnected()) {
      boolean handedOver = raft.handOver(HAND_OVER_MAX).join();
      if (!handedOver) {
        LOG.warnf("%s: leaves although no follower has everything", config.raftId());
      }
    }
    channel.close();
    log.close();
  }
}
