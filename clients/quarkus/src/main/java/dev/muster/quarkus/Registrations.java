package dev.muster.quarkus;

import dev.muster.client.Instance;
import dev.muster.client.Muster;
import dev.muster.client.Registration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The instances that a client keeps registered, one under each name. Thread-safe; blocks. */
public final class Registrations {
  private final Muster client;
  private final Map<String, Place> places = new ConcurrentHashMap<>();

  Registrations(Muster client) {
    this.client = client;
  }

  /** Guards what is under one name; others need not wait for it. */
  private static final class Place {
    private @Nullable Registration registration;

    synchronized void replace(Muster client, String service, Instance instance) {
      close();
      registration = client.register(service, instance);
    }

    synchronized void close() {
      Registration before = registration;
      registration = null;
      if (before != null) {
        before.close();
      }
    }
  }

  /**
   * Registers an instance, in place of the one that was registered under this name before.
   *
   * @throws dev.muster.client.MusterException if the servers refuse it
   */
  public void replace(String name, String service, Instance instance) {
    places.computeIfAbsent(name, unused -> new Place()).replace(client, service, instance);
  }

  /** Deregisters what is registered under this name, if anything is. */
  public void close(String name) {
    Place place = places.get(name);
    if (place != null) {
      place.close();
    }
  }
}
