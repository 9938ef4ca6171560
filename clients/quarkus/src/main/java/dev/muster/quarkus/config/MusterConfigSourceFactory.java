package dev.muster.quarkus.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Makes the source of what the program's other sources say under {@code muster.*}; none if they say
 * neither {@code muster.app} nor {@code muster.items}. It waits until every item is known from a
 * server or from the cache; if that does not come to be, the program does not start, unless {@code
 * muster.optional} is true.
 */
public final class MusterConfigSourceFactory implements ConfigSourceFactory {
  private static final Logger LOG = System.getLogger(MusterConfigSourceFactory.class.getName());
  private static final String QUARKUS = "io.quarkus.runtime.Application";
  private static final String QUARKUS_APPLICATION = "io.quarkus.runner.ApplicationImpl";

  /** For the service loader. */
  public MusterConfigSourceFactory() {}

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    return isBuilding() ? List.of() : sources(context);
  }

  /** The sources of a program that runs. */
  static Iterable<ConfigSource> sources(ConfigSourceContext context) {
    Optional<Settings> settings =
        Settings.of(
            key ->
                Optional.ofNullable(context.getValue(key))
                    .map(ConfigValue::getValue)
                    .filter(value -> !value.isBlank()));
    return settings
        .<Iterable<ConfigSource>>map(given -> start(given, profiles(context)))
        .orElse(List.of());
  }

  /**
   * Quarkus reads all sources while it builds a program, too. What is in Muster is for the run: a
   * build must neither need the cluster nor keep values of it. The class that Quarkus makes of the
   * program is there only once it is built.
   */
  private static boolean isBuilding() {
    return isThere(QUARKUS) && !isThere(QUARKUS_APPLICATION);
  }

  private static boolean isThere(String className) {
    try {
      Class.forName(className, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Lowest first; SmallRye has it the other way round. */
  private static List<String> profiles(ConfigSourceContext context) {
    List<String> profiles = new ArrayList<>(context.getProfiles());
    Collections.reverse(profiles);
    return profiles;
  }

  private static List<ConfigSource> start(Settings settings, List<String> profiles) {
    List<Layer> layers = Layer.of(settings, profiles);
    MusterConfigSource source =
        new MusterConfigSource("Muster, " + settings.connection(), settings.ordinal(), layers);
    source.follow(settings.connection().client());
    awaitAll(settings, source.layers());
    source.start();
    report(settings, source);
    return List.of(source);
  }

  private static void awaitAll(Settings settings, List<LayerState> layers) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(
            layers.stream().map(LayerState::first).toArray(CompletableFuture<?>[]::new));
    try {
      all.get(settings.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      List<String> unknown =
          layers.stream()
              .filter(layer -> !layer.first().isDone())
              .map(layer -> layer.layer().item())
              .toList();
      String message =
          "No server of Muster answers for "
              + settings.connection()
              + ", and the cache in "
              + settings.connection().cacheDirectory()
              + " does not know "
              + String.join(", ", unknown);
      if (!settings.isOptional()) {
        throw new IllegalStateException(
            message + ". To start without it all the same: " + Settings.OPTIONAL + "=true", e);
      }
      LOG.log(Level.WARNING, message + ". The program starts without; what comes later has effect");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the configuration was read", e);
    }
  }

  private static void report(Settings settings, MusterConfigSource source) {
    List<String> present = new ArrayList<>();
    boolean isStale = false;
    for (LayerState state : source.layers()) {
      LayerState.Content content = state.content();
      if (content.exists()) {
        present.add(content.source());
        isStale |= content.isStale();
      } else if (state.layer().isRequired() && state.first().isDone() && !settings.isOptional()) {
        throw new IllegalStateException(
            "There is no item "
                + state.layer().item()
                + " in "
                + settings.connection()
                + ". If it need not exist, write "
                + state.layer().item()
                + "? in "
                + Settings.ITEMS);
      }
    }
    String items = present.isEmpty() ? "no item at all" : String.join(", ", present);
    if (isStale) {
      LOG.log(
          Level.WARNING,
          "No server of Muster answers for "
              + settings.connection()
              + ". The program starts with the last configuration known, from the cache in "
              + settings.connection().cacheDirectory()
              + ": "
              + items);
    } else {
      LOG.log(
          present.isEmpty() ? Level.WARNING : Level.INFO,
          "Configuration from Muster, " + settings.connection() + ": " + items);
    }
  }
}
