package dev.muster.observe;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Alive: the process answers. A node that must not go on halts by itself; a lost quorum is no
 * reason to restart one.
 */
@Singleton
@Liveness
public class Alive implements HealthCheck {
  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.up("alive");
  }
}
