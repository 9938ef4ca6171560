package dev.muster.config.effective;

import dev.muster.core.State;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * What clients are configured with. Small configurations are computed in a millisecond; of others,
 * {@link #layersAtOnce} and {@link #isLong} tell before.
 */
@Singleton
public class EffectiveConfigs {
  private final ParsedItems parsed = new ParsedItems();

  /**
   * The layers of a client's configuration. Their revision is a function of the state, so that a
   * client may compare it with what another node has told.
   *
   * @throws EffectiveException if there are none
   */
  public Layers layers(State state, Client client) {
    return LayerSearch.find(state, client, parsed::get);
  }

  /**
   * As {@link #layers}, but absent if finding them may take long, since some of them have not been
   * read since they were changed.
   */
  public @Nullable Layers layersAtOnce(State state, Client client) {
    try {
      return LayerSearch.find(state, client, parsed.atOnce());
    } catch (ParsedItems.TooLongException unparsed) {
      return null;
    }
  }

  /** As {@link #layers}, of a state that nobody will ask for again: nothing of it is kept. */
  public Layers layersOnce(State state, Client client) {
    return LayerSearch.find(state, client, parsed::once);
  }

  /** Whether merging these takes long. */
  public static boolean isLong(Layers layers) {
    return layers.extent().isLong();
  }

  /**
   * The configuration.
   *
   * @param resolve whether references are resolved, rather than shown as they are written
   * @throws EffectiveException if there is none
   */
  public static Effective merge(Layers layers, boolean resolve) {
    return Effective.of(layers, resolve);
  }

  /** What looks for a key in all items of a namespace, once; that takes long. */
  public KeySearch keys(State state, String namespace) {
    return new KeySearch(state, namespace, this, parsed);
  }
}
