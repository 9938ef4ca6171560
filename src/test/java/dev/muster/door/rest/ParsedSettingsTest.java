package dev.muster.door.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.ServiceSettings;
import dev.muster.discovery.ServiceSettings.WeightRule;
import dev.muster.discovery.Services;
import dev.muster.ledger.LocalLedger;
import dev.muster.selector.Selector;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class ParsedSettingsTest {
  private static final Path SERVICE = InstanceKey.servicePath("shop", "cart");

  private final LocalLedger ledger = new LocalLedger();
  private final ParsedSettings parsed = new ParsedSettings();

  @AfterEach
  void close() {
    ledger.close();
  }

  @BeforeEach
  void inANamespace() throws Exception {
    put(InstanceKey.SERVICES);
    put(InstanceKey.namespacePath("shop"));
  }

  private void put(Path path) throws Exception {
    ledger
        .submit(
            new Command.Transact(
                List.of(), List.of(new Change.Put(path, Bytes.EMPTY, TreePMap.empty()))))
        .get();
  }

  private void weigh(int weight) throws Exception {
    new Services(ledger)
        .change(
            "shop",
            "cart",
            null,
            settings ->
                settings.withWeights(List.of(new WeightRule(Selector.parse("version=2"), weight))))
        .get();
  }

  private Node service() {
    return ledger.local().tree().find(SERVICE);
  }

  @Test
  void theyAreParsedAgainOnlyWhenTheyChange() throws Exception {
    weigh(5);
    ServiceSettings first = parsed.of(service());
    assertEquals(5, first.weights().get(0).weight());
    Node before = service();
    put(SERVICE.child("cart-1"));
    assertNotSame(before, service(), "the service has changed");
    assertSame(first, parsed.of(service()), "what is set for it has not");
    weigh(90);
    assertEquals(90, parsed.of(service()).weights().get(0).weight());
  }

  @Test
  void whereNothingIsSetTheDefaultsHold() throws Exception {
    put(SERVICE);
    assertSame(ServiceSettings.DEFAULT, parsed.of(service()));
    assertSame(ServiceSettings.DEFAULT, parsed.of(null));
  }
}
