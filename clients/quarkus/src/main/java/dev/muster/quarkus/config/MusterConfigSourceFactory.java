package dev.muster.quarkus.config;

import dev.muster.client.MusterException;
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
  private static final String NOBODY_ANSWERS = "No server of Muster answers for ";
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
      String message =
          unknown(settings, layers.stream().filter(layer -> !layer.first().isDone()).toList());
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

  private static String unknown(Settings settings, List<LayerState> layers) {
    Optional<MusterException> failure =
        layers.stream().flatMap(layer -> layer.failure().stream()).findFirst();
    boolean isAnswered = failure.map(MusterException::status).orElse(0) > 0;
    return (isAnswered ? "Muster does not tell the configuration for " : NOBODY_ANSWERS)
        + settings.connection()
        + ", and the cache in "
        + settings.connection().cacheDirectory()
        + " does not know "
        + String.join(", ", layers.stream().map(layer -> layer.layer().item()).toList())
        + failure.map(last -> " (" + last.getMessage() + ")").orElse("");
  }

  private static void report(Settings settings, MusterConfigSource source) {
    List<String> present = new ArrayList<>();
    boolean isStale = false;
    for (LayerState state : source.layers()) {
      LayerState.Content content = state.content();
      isStale |= content.isStale();
      if (content.exists()) {
        present.add(content.source());
      } else if (state.layer().isRequired() && state.first().isDone() && !settings.isOptional()) {
        throw new IllegalStateException(
            (content.isStale()
                    ? NOBODY_ANSWERS
                        + settings.connection()
                        + ", and when one last did, there was no item "
                        + state.layer().item()
                    : "There is no item " + state.layer().item() + " in " + settings.connection())
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
          NOBODY_ANSWERS
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
