package dev.muster.boot;

import dev.muster.duty.MemoryHeartbeats;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** In tests of doors, heartbeats are remembered: inject {@link MemoryHeartbeats} to look. */
public class TestHeartbeats {
  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  MemoryHeartbeats heartbeats() {
    return new MemoryHeartbeats();
  }
}
