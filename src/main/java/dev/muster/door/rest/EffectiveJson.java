package dev.muster.door.rest;

import dev.muster.config.effective.Client;
import dev.muster.config.effective.Effective;
import dev.muster.config.effective.Effective.Overridden;
import dev.muster.config.effective.Effective.Setting;
import dev.muster.config.effective.Effective.Unresolved;
import dev.muster.config.effective.EffectiveDiff.KeyChange;
import dev.muster.config.effective.Layer;
import dev.muster.config.effective.Layers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Effective configuration as JSON. */
final class EffectiveJson {
  private EffectiveJson() {}

  /** An item that applies; its revision is 0 where it is only previewed. */
  public record LayerLine(String item, long revision, String contentType, String why) {
    static LayerLine of(Layer layer, long published) {
      return new LayerLine(
          layer.item(), shown(layer.revision(), published), layer.contentType(), layer.why());
    }
  }

  /** A property and where it is from. */
  public record PropertyLine(
      String key,
      String value,
      String kind,
      String item,
      long revision,
      int line,
      @Nullable String raw,
      List<String> references,
      List<Overridden> overrides) {
    static PropertyLine of(Setting setting, long published) {
      return new PropertyLine(
          setting.property().key(),
          setting.property().value(),
          setting.property().kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          setting.layer().item(),
          shown(setting.layer().revision(), published),
          setting.property().line(),
          setting.raw(),
          setting.references(),
          setting.overrides());
    }
  }

  /** A key that a preview changes. */
  public record ChangeLine(
      String key, String kind, @Nullable PropertyLine before, @Nullable PropertyLine after) {
    static ChangeLine of(KeyChange change, long published) {
      Setting before = change.before();
      Setting after = change.after();
      return new ChangeLine(
          change.key(),
          before == null ? "added" : after == null ? "removed" : "changed",
          before == null ? null : PropertyLine.of(before, published),
          after == null ? null : PropertyLine.of(after, published));
    }
  }

  /** A configuration; the last two members are those of a preview that is asked for them. */
  public record Configuration(
      String namespace,
      String app,
      List<String> profiles,
      Map<String, String> labels,
      long revision,
      List<LayerLine> layers,
      List<Layers.Ignored> ignored,
      List<PropertyLine> properties,
      List<Unresolved> unresolved,
      @Nullable List<ChangeLine> changes,
      @Nullable String problemBefore) {}

  /**
   * The answer.
   *
   * @param published the newest revision that is; items with a later one are previewed
   */
  static Configuration of(Client client, Effective effective, long published) {
    return new Configuration(
        client.namespace(),
        client.app(),
        client.profiles(),
        client.labels(),
        shown(effective.layers().revision(), published),
        effective.layers().layers().stream().map(layer -> LayerLine.of(layer, published)).toList(),
        effective.layers().ignored(),
        effective.properties().values().stream()
            .map(setting -> PropertyLine.of(setting, published))
            .toList(),
        effective.unresolved(),
        null,
        null);
  }

  static Configuration with(
      Configuration after,
      @Nullable List<KeyChange> changes,
      @Nullable String problemBefore,
      long published) {
    return new Configuration(
        after.namespace,
        after.app,
        after.profiles,
        after.labels,
        after.revision,
        after.layers,
        after.ignored,
        after.properties,
        after.unresolved,
        changes == null
            ? null
            : changes.stream().map(change -> ChangeLine.of(change, published)).toList(),
        problemBefore);
  }

  private static long shown(long revision, long published) {
    return revision > published ? 0 : revision;
  }
}
