package dev.muster.boot;

import dev.muster.ledger.LocalLedger;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * In tests of doors, the ledger is one without a log, whose faults a test switches on: inject a
 * {@link LocalLedger} to do so. Futures complete on a thread of their own, as in the real one.
 */
public class TestLedger {
  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  LocalLedger ledger() {
    Executor executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "local-ledger");
              thread.setDaemon(true);
              return thread;
            });
    return new LocalLedger(System::currentTimeMillis, executor);
  }

  void close(@Disposes LocalLedger ledger) {
    ledger.close();
  }
}
