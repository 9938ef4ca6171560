package dev.muster.discovery.check;

import dev.muster.discovery.InstanceKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Has other nodes make a probe. */
public interface SecondOpinions {
  /** Nobody can be asked. */
  SecondOpinions NONE =
      (node, question, within) ->
          CompletableFuture.completedFuture(new ProbeResult.NotAsked("no other node can be asked"));

  /**
   * Asks a node. The future ends in bounded time, never with an exception: a node that does not
   * answer has not asked the instance.
   *
   * @param within how long the probe may take there
   */
  CompletableFuture<ProbeResult> ask(String node, Question question, Duration within);

  /** Which check of which registration. */
  record Question(InstanceKey key, long createdRevision, String check) {}
}
