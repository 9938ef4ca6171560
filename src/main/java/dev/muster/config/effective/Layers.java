package dev.muster.config.effective;

import java.util.List;

/**
 * What a configuration is made of.
 *
 * @param layers lowest first: a later one overrides an earlier one
 * @param ignored items that look like layers and do not apply
 * @param revision the newest that can have changed any of this; grows with every change of it
 * @param extent of all layers together
 */
public record Layers(List<Layer> layers, List<Ignored> ignored, long revision, Extent extent) {

  /** An item that does not apply, and why. */
  public record Ignored(String item, String reason) {}
}
