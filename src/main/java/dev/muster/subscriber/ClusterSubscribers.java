package dev.muster.subscriber;

import dev.muster.core.Path;
import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.Peers;
import dev.muster.subscriber.SubscriberWire.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of all nodes. What a node does not answer is said, and never guessed: it may have
 * subscribers that nobody else knows of. Methods return at once, from any thread; futures end well
 * if not said otherwise, and on threads that must not wait.
 */
public final class ClusterSubscribers {
  /** How long a node that waits for nothing may take. */
  private static final long ANSWER_MILLIS = 1_000;

  /**
   * So long the nodes wait on their own; then is looked whether those who are missed on one have
   * moved to another.
   */
  private static final long ROUND_MILLIS = 1_000;

  /** Between two rounds, where a node that does not answer ended the first at once. */
  private static final long PAUSE_MILLIS = 200;

  private final Ledger ledger;
  private final Peers peers;
  private final Subscribers own;
  private final LongSupplier clockMillis;

  /**
   * @param clockMillis one that never goes back
   */
  public ClusterSubscribers(Ledger ledger, Peers peers, Subscribers own, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.peers = peers;
    this.own = own;
    this.clockMillis = clockMillis;
  }

  /** Answers, from now on, what other nodes ask. */
  public void listen() {
    peers.onQuestion(Peers.Topic.SUBSCRIBERS, this::answer);
  }

  private CompletableFuture<byte[]> answer(byte[] bytes) {
    Question question = SubscriberWire.question(bytes);
    if (question instanceof Question.Proven proven) {
      return own.prove(proven.path(), proven.since(), proven.revision(), proven.waitMillis())
          .thenApply(
              proof -> SubscriberWire.encode(proof.open(), proof.openTotal(), proof.notKept()));
    }
    if (question instanceof Question.Known known) {
      List<Standing> standings = own.standings(known.path(), known.keys());
      return CompletableFuture.completedFuture(
          SubscriberWire.encode(standings, standings.size(), 0));
    }
    if (question instanceof Question.Confirmed confirmed) {
      long revision = confirmed.revision();
      return isThere(revision)
          .thenApply(
              there ->
                  SubscriberWire.encode(
                      there && own.confirm(confirmed.path(), confirmed.client(), revision)));
    }
    Question.Listed listed = (Question.Listed) question;
    Subscribers.Listing listing =
        own.list(listed.path(), Math.min(listed.max(), SubscriberLimits.LISTED_MAX));
    return CompletableFuture.completedFuture(
        SubscriberWire.encode(listing.some(), listing.total(), listing.notKept()));
  }

  // ---- asking all

  /**
   * What the nodes answered.
   *
   * @param silent those that did not
   */
  private record Answers(SortedMap<String, byte[]> byNode, SortedSet<String> silent) {}

  private CompletableFuture<Answers> askAll(
      SortedSet<String> nodes, Question question, long millis) {
    byte[] bytes = SubscriberWire.encode(question);
    Map<String, CompletableFuture<byte @Nullable []>> asked = new LinkedHashMap<>();
    for (String node : nodes) {
      asked.put(
          node,
          peers
              .ask(node, Peers.Topic.SUBSCRIBERS, bytes, Duration.ofMillis(millis))
              .<byte @Nullable []>handle((answer, failure) -> answer));
    }
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              SortedMap<String, byte[]> byNode = new TreeMap<>();
              SortedSet<String> silent = new TreeSet<>();
              asked.forEach(
                  (node, future) -> {
                    byte[] answer = future.join();
                    if (answer == null) {
                      silent.add(node);
                    } else {
                      byNode.put(node, answer);
                    }
                  });
              return new Answers(byNode, silent);
            });
  }

  /** All that there are, whether this node is in touch with them or not. */
  private SortedSet<String> nodes() {
    SortedSet<String> nodes = new TreeSet<>(peers.up());
    for (ClusterStatus.Member member : ledger.status().members()) {
      nodes.add(member.name());
    }
    return nodes;
  }

  private static SortedMap<String, Subscribers.Listing> read(Answers answers) {
    SortedMap<String, Subscribers.Listing> listings = new TreeMap<>();
    answers.byNode.forEach(
        (node, bytes) -> listings.put(node, SubscriberWire.standings(bytes, node)));
    return listings;
  }

  // ---- the list

  /**
   * Subscribers of all nodes.
   *
   * @param some those who have the oldest
   * @param total how many there are, those who moved between nodes perhaps counted twice
   */
  public record Listing(
      List<Standing> some, int total, int notKept, SortedSet<String> silentNodes) {
    public Listing {
      some = List.copyOf(some);
    }
  }

  /** The subscribers of a path. */
  public CompletableFuture<Listing> list(Path path, int max) {
    return askAll(nodes(), new Question.Listed(path, max), ANSWER_MILLIS)
        .thenApply(
            answers -> {
              List<Standing> all = new ArrayList<>();
              int total = 0;
              int notKept = 0;
              for (Subscribers.Listing each : read(answers).values()) {
                all.addAll(each.some());
                total += each.total();
                notKept += each.notKept();
              }
              List<Standing> merged = newest(all);
              return new Listing(
                  Subscribers.oldestFirst(merged, max),
                  total - (all.size() - merged.size()),
                  notKept,
                  answers.silent);
            });
  }

  /** Of one who is known on several nodes, what the one says that heard of it last. */
  private static List<Standing> newest(List<Standing> all) {
    Map<Standing.Key, Standing> byKey = new HashMap<>();
    List<Standing> merged = new ArrayList<>();
    for (Standing each : all) {
      Standing.Key key = each.key();
      if (key == null) {
        merged.add(each);
      } else {
        byKey.merge(key, each, ClusterSubscribers::newer);
      }
    }
    merged.addAll(byKey.values());
    return merged;
  }

  private static Standing newer(Standing one, Standing other) {
    if (one.connected() != other.connected()) {
      return one.connected() ? one : other;
    }
    return one.heardMillisAgo() <= other.heardMillisAgo() ? one : other;
  }

  // ---- confirming

  /** What is known of a client that confirms. */
  public enum Confirmation {
    DONE,
    /** No node knows it. */
    UNKNOWN,
    /** A node that may know it did not answer. */
    UNSURE,
    /** Nobody can have this revision: there is none so new yet. */
    AHEAD
  }

  /**
   * A client says which revision it has of a path, in all its views of it. What is ahead of
   * everything would count for all that is yet to come, and is not believed. Ends with {@link
   * dev.muster.ledger.UnavailableException} where it cannot be found out whether it is.
   */
  public CompletableFuture<Confirmation> confirm(Path path, String client, long revision) {
    return isThere(revision)
        .thenCompose(
            there ->
                there
                    ? confirmAnywhere(path, client, revision)
                    : CompletableFuture.completedFuture(Confirmation.AHEAD));
  }

  /** Whether there is such a revision, here or on a node that this one lags behind. */
  private CompletableFuture<Boolean> isThere(long revision) {
    return revision <= ledger.local().revision()
        ? CompletableFuture.completedFuture(true)
        : ledger.fresh().thenApply(state -> revision <= state.revision());
  }

  private CompletableFuture<Confirmation> confirmAnywhere(Path path, String client, long revision) {
    boolean here = own.confirm(path, client, revision);
    // Elsewhere as well, as it may be known on several.
    SortedSet<String> others = new TreeSet<>(nodes());
    others.remove(peers.self());
    return askAll(others, new Question.Confirmed(path, client, revision), ANSWER_MILLIS)
        .thenApply(
            answers -> {
              if (here || answers.byNode.values().stream().anyMatch(SubscriberWire::isYes)) {
                return Confirmation.DONE;
              }
              return answers.silent.isEmpty() ? Confirmation.UNKNOWN : Confirmation.UNSURE;
            });
  }

  // ---- proofs

  /**
   * That nobody holds anything older than a revision.
   *
   * @param since the revision that brought what shall be forgotten: nobody can have been told of it
   *     earlier
   */
  public record Claim(Path path, long since, long revision) {}

  /**
   * What is known of who holds something older than a revision.
   *
   * @param unconfirmed some of those who may
   * @param unconfirmedTotal how many may
   * @param notKept how many there was no room for
   * @param silentNodes those that did not answer, or began so lately that they cannot know
   */
  public record Result(
      List<Standing> unconfirmed,
      int unconfirmedTotal,
      int notKept,
      SortedSet<String> silentNodes) {
    public Result {
      unconfirmed = List.copyOf(unconfirmed);
    }

    /** Whether nobody does, on any node. */
    public boolean isProven() {
      return unconfirmedTotal == 0 && notKept == 0 && silentNodes.isEmpty();
    }
  }

  /**
   * Says whether every subscriber of a path has confirmed a revision: as soon as all have, or when
   * the time is up.
   *
   * @param givenUp nobody waits for the answer any more: it may come at once
   */
  public CompletableFuture<Result> prove(Claim claim, long waitMillis, BooleanSupplier givenUp) {
    return round(claim, clockMillis.getAsLong() + waitMillis, givenUp);
  }

  private CompletableFuture<Result> round(Claim claim, long endsAt, BooleanSupplier givenUp) {
    long now = clockMillis.getAsLong();
    long waitMillis = Math.max(0, Math.min(ROUND_MILLIS, endsAt - now));
    return askAll(
            nodes(),
            new Question.Proven(claim.path, claim.since, claim.revision, waitMillis),
            waitMillis + ANSWER_MILLIS)
        .thenCompose(answers -> withoutMoved(claim, answers))
        .thenCompose(
            result -> {
              long left = endsAt - clockMillis.getAsLong();
              if (result.isProven() || left <= 0 || givenUp.getAsBoolean()) {
                return CompletableFuture.completedFuture(result);
              }
              long pauseMillis = Math.min(left, PAUSE_MILLIS - (clockMillis.getAsLong() - now));
              return CompletableFuture.runAsync(() -> {}, after(pauseMillis))
                  .thenCompose(paused -> round(claim, endsAt, givenUp));
            });
  }

  private static Executor after(long millis) {
    return millis <= 0
        ? Runnable::run
        : CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
  }

  /** Leaves out those who are missed on one node and have confirmed on another since. */
  private CompletableFuture<Result> withoutMoved(Claim claim, Answers answers) {
    SortedSet<String> silent = new TreeSet<>(answers.silent);
    List<Standing> open = new ArrayList<>();
    int openTotal = 0;
    int notKept = 0;
    for (Map.Entry<String, Subscribers.Listing> each : read(answers).entrySet()) {
      if (each.getValue().total() < 0) {
        silent.add(each.getKey());
        continue;
      }
      open.addAll(each.getValue().some());
      openTotal += each.getValue().total();
      notKept += each.getValue().notKept();
    }
    List<Standing.Key> keys = new ArrayList<>();
    for (Standing each : open) {
      Standing.Key key = each.key();
      if (key != null && keys.size() < SubscriberLimits.OPEN_TOLD_MAX / 2) {
        keys.add(key);
      }
    }
    Result result = new Result(open, openTotal, notKept, silent);
    SortedSet<String> answering = new TreeSet<>(answers.byNode.keySet());
    if (keys.isEmpty() || answering.size() == 1) {
      return CompletableFuture.completedFuture(result);
    }
    return askAll(answering, new Question.Known(claim.path, keys), ANSWER_MILLIS)
        .thenApply(known -> withoutMoved(result, claim.revision, known));
  }

  private static Result withoutMoved(Result result, long revision, Answers known) {
    Map<Standing.Key, Standing> newest = new HashMap<>();
    for (Subscribers.Listing each : read(known).values()) {
      for (Standing standing : newest(each.some())) {
        Standing.Key key = standing.key();
        if (key != null) {
          newest.merge(key, standing, ClusterSubscribers::newer);
        }
      }
    }
    List<Standing> left = new ArrayList<>();
    for (Standing each : result.unconfirmed) {
      Standing.Key key = each.key();
      Standing now = key == null ? null : newest.get(key);
      if (now == null || now.confirmed() < revision) {
        left.add(each);
      }
    }
    return new Result(
        left,
        result.unconfirmedTotal - (result.unconfirmed.size() - left.size()),
        result.notKept,
        result.silentNodes);
  }
}
