package dev.muster.config.effective;

import dev.muster.core.State;
import jakarta.inject.Singleton;

/**
 * What clients are configured with. Small configurations are computed in a millisecond; of others,
 * {@link #isLong} tells before.
 */
@Singleton
public class EffectiveConfigs {
  private final ParsedItems parsed = new ParsedItems();

  /**
   * Whether finding the layers takes long, since some of them have not been read since they were
   * changed.
   */
  public boolean isLong(State state, Client client) {
    try {
      LayerSearch.find(state, client, parsed, EffectiveLimits.AT_ONCE_BYTES_MAX);
      return false;
    } catch (LayerSearch.TooLongException unparsed) {
      return true;
    } catch (EffectiveException refused) {
      return false; // as it will be again
    }
  }

  /**
   * The layers of a client's configuration. Their revision is a function of the state, so that a
   * client may compare it with what another node has told.
   *
   * @throws EffectiveException if there are none
   */
  public Layers layers(State state, Client client) {
    return LayerSearch.find(state, client, parsed, Long.MAX_VALUE);
  }

  /** Whether merging these takes long. */
  public static boolean isLong(Layers layers) {
    return layers.bytes() > EffectiveLimits.AT_ONCE_BYTES_MAX;
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
