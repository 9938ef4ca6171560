package dev.muster.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimersTest {
  private static final Duration OFTEN = Duration.ofMillis(1);

  @Test
  void aTaskThatBlocksHoldsUpNoOtherAndIsInterruptedAtTheEnd() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch runs = new CountDownLatch(10);
    try (Timers timers = new Timers()) {
      timers.every(
          OFTEN,
          "blocks",
          () -> {
            blocked.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException end) {
              interrupted.countDown();
            }
          });
      assertTrue(blocked.await(30, TimeUnit.SECONDS));
      timers.every(OFTEN, "runs", runs::countDown);
      assertTrue(runs.await(30, TimeUnit.SECONDS));
    }
    assertTrue(interrupted.await(30, TimeUnit.SECONDS));
  }

  @Test
  void aTaskThatFailsRunsAgain() throws Exception {
    CountDownLatch runs = new CountDownLatch(3);
    try (Timers timers = new Timers()) {
      timers.every(
          OFTEN,
          "fails",
          () -> {
            runs.countDown();
            throw new IllegalStateException("on purpose");
          });
      assertTrue(runs.await(30, TimeUnit.SECONDS));
    }
  }
}
