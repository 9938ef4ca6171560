package dev.muster.door.rest;

import dev.muster.ledger.LocalLedger;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;

/** Tests of requests that wait: whatever becomes of them, each leaves nothing behind. */
abstract class WaitingRequests {
  @Inject Watchers watchers;
  @Inject LocalLedger ledger;

  final void awaitParked(int count) {
    Http.await(count + " parked", () -> watchers.count() == count);
  }

  @AfterEach
  void nothingIsLeft() {
    ledger.catchUp();
    awaitParked(0);
    Http.await("nobody waits", () -> ledger.parked() == 0);
  }
}
