package dev.muster.boot;

import dev.muster.raft.RaftConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code muster.*}, {@code muster.cluster.members} above all. */
final class ClusterMembers {
  private static final Pattern MEMBER =
      Pattern.compile(
          "(?<name>[A-Za-z0-9._-]{1,64})@(?<host>\\[[0-9A-Fa-f:.]+]|[^:@\\s\\[\\]]+):(?<port>[0-9]{1,5})");

  private static final Duration TIMEOUT_MIN = Duration.ofMillis(100);
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);

  private ClusterMembers() {}

  private record Member(String name, String host, int port) {}

  /**
   * How this node takes part.
   *
   * @throws IllegalArgumentException saying what is wrong with the configuration and what would be
   *     right
   */
  static RaftConfig raftConfig(MusterConfig config) {
    Duration timeout = config.request().timeout();
    if (timeout.compareTo(TIMEOUT_MIN) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "muster.request.timeout must be 100 ms to 5 min, such as 5s or 500ms, but is "
              + timeout.toString().replaceFirst("^PT", "").toLowerCase(Locale.ROOT));
    }
    String self = config.node().name();
    String text = config.cluster().members().orElse("").trim();
    java.nio.file.Path directory = config.data().dir().resolve("raft");
    if (text.isEmpty()) {
      return new RaftConfig(
          self,
          List.of(self),
          "127.0.0.1",
          0,
          List.of(),
          directory,
          config.data().snapshotLogBytes());
    }
    List<Member> members = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      members.add(member(part.trim()));
    }
    if (members.stream().map(member -> member.host + ":" + member.port).distinct().count()
        < members.size()) {
      throw new IllegalArgumentException(
          "muster.cluster.members names the same host and port twice: '" + text + "'");
    }
    Member own =
        members.stream()
            .filter(member -> member.name.equals(self))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "muster.cluster.members does not name this node, '"
                            + self
                            + "' (muster.node.name), but only "
                            + members.stream().map(Member::name).toList()));
    return new RaftConfig(
        self,
        members.stream().map(Member::name).toList(),
        config.cluster().bindAddress().orElse(own.host),
        own.port,
        members.stream().map(member -> member.host + ":" + member.port).toList(),
        directory,
        config.data().snapshotLogBytes());
  }

  private static Member member(String text) {
    Matcher matcher = MEMBER.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "muster.cluster.members must be a comma-separated list of name@host:port, but holds '"
              + text
              + "'");
    }
    int port = Integer.parseInt(matcher.group("port"));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "muster.cluster.members must name ports from 1 to 65535, but holds '" + text + "'");
    }
    // JGroups takes an address of IPv6 without the brackets.
    String host = matcher.group("host").replaceAll("^\\[|]$", "");
    return new Member(matcher.group("name"), host, port);
  }
}
