package dev.muster.quarkus.config;

import dev.muster.client.Config;
import dev.muster.client.ConfigListener;
import dev.muster.client.Muster;
import dev.muster.client.MusterException;
import dev.muster.client.Subscription;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one layer. The client calls it, one call at a time; anybody reads it. It says
 * that something has changed after it is to be seen.
 *
 * <p>Content that cannot be read does not replace what could: a program that runs is not to be
 * harmed by it. For the same reason an item that must exist leaves its last content when it is
 * deleted; only the next start is refused.
 */
final class LayerState implements ConfigListener {
  private static final Logger LOG = System.getLogger(LayerState.class.getName());

  /**
   * What an item says.
   *
   * @param source names the item and its revision
   * @param exists whether there is such an item
   * @param isStale whether it is only what the cache knew, be it that there was none
   */
  record Content(String source, Map<String, String> properties, boolean exists, boolean isStale) {}

  private final Layer layer;
  private final Runnable changed;
  private final CompletableFuture<Content> first = new CompletableFuture<>();
  private volatile Content content;
  private volatile @Nullable Subscription subscription;

  LayerState(Layer layer, Runnable changed) {
    this.layer = layer;
    this.changed = changed;
    this.content = nothing(false);
  }

  /** Begins to be told. */
  Subscription follow(Muster client) {
    Subscription made = client.listen(layer.item(), this);
    subscription = made;
    return made;
  }

  /** Why the servers do not tell, as far as they were asked. */
  Optional<MusterException> failure() {
    Subscription made = subscription;
    return made == null ? Optional.empty() : made.failure();
  }

  Layer layer() {
    return layer;
  }

  /** What the server or the cache tell at first; fails if that cannot be read. */
  CompletableFuture<Content> first() {
    return first;
  }

  Content content() {
    return content;
  }

  private Content nothing(boolean isStale) {
    return new Content(layer.item(), Map.of(), false, isStale);
  }

  @Override
  public void changed(Config item) {
    try {
      Content latest = new Content(item.toString(), Flat.of(item), true, item.isStale());
      content = latest;
      first.complete(latest);
      changed.run();
    } catch (IllegalArgumentException e) {
      if (!first.completeExceptionally(e)) {
        LOG.log(Level.ERROR, e.getMessage() + "; what was known before stays in effect");
      }
    }
  }

  @Override
  public void absent(String item, long revision, boolean isStale) {
    content = nothing(isStale);
    first.complete(content);
  }

  @Override
  public void deleted(String item, long revision, boolean isStale) {
    if (layer.isRequired()) {
      LOG.log(
          Level.WARNING,
          "The item "
              + item
              + " was deleted. What it said stays in effect, but without it the next start is"
              + " refused");
    } else {
      content = nothing(isStale);
      changed.run();
    }
  }
}
