package dev.muster.quarkus.config;

import dev.muster.client.Muster;
import dev.muster.client.Subscription;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.ConfigValueConfigSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The items that configure the program, as one source. It follows them: a value that is asked for
 * is the latest known. Reading never waits and asks nobody; all values of one moment are of one
 * state. Thread-safe.
 */
final class MusterConfigSource implements ConfigValueConfigSource {
  private static final Logger LOG = System.getLogger(MusterConfigSource.class.getName());

  /** Keys that are named in the log for one change. */
  private static final int KEYS_LOGGED_MAX = 20;

  private static final Cleaner CLEANER = Cleaner.create();

  private final String name;
  private final int ordinal;
  private final List<LayerState> layers;
  private volatile Map<String, ConfigValue> values = Map.of();
  private boolean isStarted;

  /**
   * @param layers lowest first
   */
  MusterConfigSource(String name, int ordinal, List<Layer> layers) {
    this.name = name;
    this.ordinal = ordinal;
    // Nobody closes a source; and in development mode there is a new one with each restart. So the
    // client must not be what keeps it alive.
    WeakReference<MusterConfigSource> self = new WeakReference<>(this);
    Runnable changed =
        () -> {
          MusterConfigSource source = self.get();
          if (source != null) {
            source.layerChanged();
          }
        };
    this.layers = layers.stream().map(layer -> new LayerState(layer, changed)).toList();
  }

  /** Begins to follow the layers, for as long as this source is in use. */
  void follow(Muster client) {
    List<Subscription> subscriptions = layers.stream().map(layer -> layer.follow(client)).toList();
    CLEANER.register(this, () -> subscriptions.forEach(Subscription::close));
  }

  List<LayerState> layers() {
    return layers;
  }

  /** Puts the layers together as they are now, and from now on whenever one changes. */
  synchronized void start() {
    isStarted = true;
    merge();
  }

  private void merge() {
    Merged merged = new Merged(ordinal);
    for (LayerState layer : layers) {
      LayerState.Content content = layer.content();
      merged.add(content.source(), content.properties());
    }
    values = merged.toMap();
  }

  private synchronized void layerChanged() {
    if (!isStarted) {
      return;
    }
    Map<String, ConfigValue> before = values;
    merge();
    Set<String> different = Merged.differences(before, values);
    if (different.isEmpty()) {
      return;
    }
    // Keys only: values may be secrets.
    LOG.log(
        Level.INFO,
        "The configuration from Muster has changed: {0}{1}",
        String.join(", ", different.stream().sorted().limit(KEYS_LOGGED_MAX).toList()),
        different.size() > KEYS_LOGGED_MAX
            ? " and " + (different.size() - KEYS_LOGGED_MAX) + " more"
            : "");
  }

  @Override
  public @Nullable ConfigValue getConfigValue(String key) {
    return values.get(key);
  }

  @Override
  public Map<String, ConfigValue> getConfigValueProperties() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public Map<String, String> getProperties() {
    Map<String, String> properties = new HashMap<>();
    values.forEach((key, value) -> properties.put(key, value.getValue()));
    return properties;
  }

  @Override
  public @Nullable String getValue(String key) {
    ConfigValue value = values.get(key);
    return value == null ? null : value.getValue();
  }

  @Override
  public Set<String> getPropertyNames() {
    return Collections.unmodifiableSet(values.keySet());
  }

  @Override
  public int getOrdinal() {
    return ordinal;
  }

  @Override
  public String getName() {
    return name;
  }
}
