package dev.muster.observe;

import dev.muster.core.State;
import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.Ledger;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jspecify.annotations.Nullable;

/**
 * Ready: a leader is known, this node has nearly caught up, and a linearizable read just now came
 * through a majority. A node that is cut off with a leader it cannot reach any more is not ready,
 * though it does not know it yet.
 */
@Singleton
@org.eclipse.microprofile.health.Readiness
public class Readiness implements AsyncHealthCheck {
  /** Shorter than the usual timeout of a probe. */
  static final Duration PROOF_TIMEOUT = Duration.ofMillis(800);

  private final Ledger ledger;

  Readiness(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    ClusterStatus status = ledger.status();
    if (!status.ready()) {
      return Uni.createFrom().item(answer(null));
    }
    return Uni.createFrom()
        .completionStage(ledger::fresh)
        .ifNoItem()
        .after(PROOF_TIMEOUT)
        .fail()
        .onFailure()
        .recoverWithNull()
        .map(this::answer);
  }

  private HealthCheckResponse answer(@Nullable State proof) {
    ClusterStatus status = ledger.status();
    return HealthCheckResponse.named("cluster")
        .status(proof != null)
        .withData("node", status.node())
        .withData("leader", status.leader() == null ? "none known" : status.leader())
        .withData("term", status.term())
        .withData("applied", status.appliedPosition())
        .withData("lag", Math.max(0, status.commitPosition() - status.appliedPosition()))
        .withData("revision", ledger.local().revision())
        .build();
  }
}
