package dev.muster.cluster;

import dev.muster.cluster.MusterClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Some nodes on this machine that know each other. One thread drives it. */
public final class MusterCluster implements AutoCloseable {
  private static final Duration LEADER_WITHIN = Duration.ofSeconds(30);
  private static final Duration AGREED_WITHIN = Duration.ofSeconds(60);

  private final List<MusterProcess> nodes = new ArrayList<>();
  private final MusterClient client;

  /** Nodes that are not started yet; a single one has no network port of Raft. */
  public MusterCluster(int size, Path data, Path logs) {
    for (int i = 1; i <= size; i++) {
      nodes.add(new MusterProcess("n" + i, data.resolve("n" + i), logs));
    }
    if (size > 1) {
      String members =
          nodes.stream()
              .map(node -> node.name() + "@127.0.0.1:" + Ports.free())
              .collect(Collectors.joining(","));
      nodes.forEach(node -> node.set("muster.cluster.members", members));
    }
    client = new MusterClient(Duration.ofSeconds(5));
  }

  public MusterCluster jvm(String... options) {
    nodes.forEach(node -> node.jvm(options));
    return this;
  }

  /** Starts all that do not run, at once, and waits until all are ready. */
  public MusterCluster start() {
    nodes.stream().filter(node -> !node.isAlive()).forEach(MusterProcess::start);
    nodes.forEach(MusterProcess::awaitReady);
    return this;
  }

  public List<MusterProcess> nodes() {
    return nodes;
  }

  public List<URI> uris() {
    return nodes.stream().map(MusterProcess::uri).toList();
  }

  /**
   * The node that a majority of the running ones takes for the leader; waits until there is one.
   */
  public MusterProcess leader() {
    List<MusterProcess> found = new ArrayList<>();
    Await.until(
        LEADER_WITHIN,
        () -> "a majority that agrees on a leader",
        () -> {
          List<String> votes = new ArrayList<>();
          for (MusterProcess node : nodes) {
            if (node.isAlive()) {
              votes.add(leaderSeenBy(node));
            }
          }
          nodes.stream()
              .filter(node -> votes.stream().filter(node.name()::equals).count() > nodes.size() / 2)
              .forEach(found::add);
          return !found.isEmpty();
        });
    return found.get(0);
  }

  private String leaderSeenBy(MusterProcess node) {
    try {
      return client.get(node.uri(), "/api/v1/cluster").json().path("leader").asText();
    } catch (IOException e) {
      return ""; // it has just been started, or is about to go: it does not count
    }
  }

  /**
   * Waits until all nodes have applied the same number of entries, and returns the different states
   * that they report for it: one, if the replicas are byte-identical.
   */
  public Set<String> digests() {
    List<Answer> answers = new ArrayList<>();
    Await.until(
        AGREED_WITHIN,
        () -> "all nodes have applied the same: " + answers.stream().map(Answer::text).toList(),
        () -> {
          answers.clear();
          for (MusterProcess node : nodes) {
            answers.add(client.get(node.uri(), "/api/v1/cluster/digest").expect(200));
          }
          return answers.stream()
                  .map(answer -> answer.json().path("applied").asLong())
                  .distinct()
                  .count()
              == 1;
        });
    return answers.stream()
        .map(Answer::json)
        .map(
            json ->
                "applied %s revision %s chain %s sha256 %s"
                    .formatted(
                        json.path("applied").asText(),
                        json.path("revision").asText(),
                        json.path("chain").asText(),
                        json.path("sha256").asText()))
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    nodes.forEach(MusterProcess::close);
  }
}
