package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever drains an instance waits for this client, by its name, until it has confirmed. */
@Timeout(60)
class ClientNameTest {
  @Test
  void aWatchConfirmsUnderItsNameWhatItHandsOut() throws Exception {
    try (FakeServer server = new FakeServer();
        Muster client =
            Muster.builder()
                .server(server.uri())
                .namespace("shop")
                .clientName("frontend-1")
                .build()) {
      ServiceWatch watch = client.watch("cart");
      assertEquals("frontend-1", server.asked(0).header("Muster-Client"));
      server.tell(FakeServer.json(200, 12, "{\"service\":\"cart\",\"instances\":[]}"));
      FakeServer.Asked next = server.asked(1);
      assertEquals("frontend-1", next.header("Muster-Client"));
      assertEquals("\"12\"", next.header("If-None-Match"));
      assertEquals(12, watch.instances().revision(), "what it confirms it hands out by then");
      server.always(FakeServer.json(200, 13, "{\"service\":\"cart\",\"instances\":[]}"));
    }
  }

  @Test
  void clientsMakeNamesOfTheirOwn() {
    String name = ClientName.unique();
    assertEquals(name, ClientName.checked(name));
    assertNotEquals(name, ClientName.unique());
    assertTrue(
        ClientName.unique(null, "cart 7/".repeat(100)).startsWith("cart-7-cart-7-"), "the host");
    ClientName.checked(ClientName.unique("cart 7/".repeat(100)));
    assertTrue(ClientName.unique(null, "").startsWith("java-"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with space", "a/b", "ä"})
  void aNameThatServersRefuseIsRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> Muster.builder().clientName(name));
  }
}
