package dev.muster.config.effective;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.muster.config.Configs;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.format.Format;
import dev.muster.ledger.LocalLedger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A namespace {@code shop} whose items tests write as they need them. */
final class Shop implements AutoCloseable {
  static final String NAMESPACE = "shop";

  final EffectiveConfigs configs = new EffectiveConfigs();
  private final LocalLedger ledger = new LocalLedger();

  Shop() {
    submit(new Change.Ensure(Path.of("/config/shop"), Life.persistent()));
  }

  State state() {
    return ledger.local();
  }

  private long submit(Change... changes) {
    Reply reply = ledger.submit(new Command.Transact(List.of(), List.of(changes))).join();
    return assertInstanceOf(Reply.Done.class, reply, reply::toString).revision();
  }

  Shop put(String item, String content) {
    return put(item, content, Map.of());
  }

  /** With labels, which are attributes of the item's node. */
  Shop put(String item, String content, Map<String, String> labels) {
    return put(item, Format.ofName(item).orElseThrow().contentType(), content, labels);
  }

  Shop put(String item, String type, String content, Map<String, String> labels) {
    Map<String, String> attributes = new TreeMap<>(Map.of(Configs.CONTENT_TYPE, type));
    labels.forEach((name, value) -> attributes.put("label." + name, value));
    Path path = Configs.path(NAMESPACE, item);
    submit(
        new Change.Ensure(path.parent(), Life.persistent()),
        new Change.Put(path, Bytes.utf8(content), Change.attributes(attributes)));
    return this;
  }

  Shop delete(String item) {
    submit(new Change.DeleteSubtree(Configs.path(NAMESPACE, item)));
    return this;
  }

  static Client client(String app, String... profiles) {
    return Client.of(NAMESPACE, app, List.of(profiles));
  }

  static Client labelled(String app, Map<String, String> labels, String... profiles) {
    return new Client(NAMESPACE, app, List.of(profiles), new TreeMap<>(labels));
  }

  Effective effective(String app, String... profiles) {
    return effective(client(app, profiles));
  }

  Effective effective(Client client) {
    return EffectiveConfigs.merge(configs.layers(state(), client), true);
  }

  Layers layers(String app, String... profiles) {
    return configs.layers(state(), client(app, profiles));
  }

  long revision(String app, String... profiles) {
    return layers(app, profiles).revision();
  }

  /** {@code key=value} for each property. */
  static String text(Effective effective) {
    return effective.properties().values().stream()
        .map(setting -> setting.property().key() + "=" + setting.property().value())
        .collect(Collectors.joining("\n"));
  }

  /** The names of layers, lowest first. */
  static String names(Layers layers) {
    return layers.layers().stream().map(Layer::item).collect(Collectors.joining(" "));
  }

  @Override
  public void close() {
    ledger.close();
  }
}
