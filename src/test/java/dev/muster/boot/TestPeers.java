package dev.muster.boot;

import dev.muster.ledger.MemoryPeers;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** In tests of doors, other nodes are what a test has join: inject {@link MemoryPeers} to do so. */
public class TestPeers {
  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  MemoryPeers peers() {
    return new MemoryPeers("local");
  }
}
