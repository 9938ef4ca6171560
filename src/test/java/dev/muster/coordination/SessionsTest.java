package dev.muster.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.LimitExceededException;
import dev.muster.core.Path;
import dev.muster.duty.MemoryHeartbeats;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.UnavailableException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcollections.TreePMap;

class SessionsTest {
  private final LocalLedger ledger = new LocalLedger();
  private final MemoryHeartbeats heartbeats = new MemoryHeartbeats();
  private final Sessions sessions = new Sessions(ledger, heartbeats);

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void opensUnderIdsAndSecretsThatDiffer() {
    Sessions.Opened one = get(sessions.open(5_000, "one"));
    Sessions.Opened two = get(sessions.open(5_000, "two"));

    assertTrue(one.id() > 0);
    assertEquals(32, one.secret().length());
    assertNotEquals(one.id(), two.id());
    assertNotEquals(one.secret(), two.secret());
    assertEquals("one", ledger.local().sessions().get(one.id()).owner());
    assertFalse(one.toString().contains(one.secret()));
    assertFalse(ledger.local().sessions().get(one.id()).toString().contains(one.secret()));
  }

  @Test
  void keepsAliveWithoutTheLog() {
    Sessions.Opened opened = get(sessions.open(5_000, "test"));
    long applied = ledger.local().applied();

    assertEquals(5_000, get(sessions.keepAlive(opened.id(), opened.secret())).ttlMillis());
    assertEquals(List.of(opened.id()), heartbeats.heard());
    assertEquals(applied, ledger.local().applied());
  }

  @Test
  void aSignOfLifeThatNobodyCanHearIsNotAcknowledged() {
    Sessions.Opened opened = get(sessions.open(5_000, "test"));
    ledger.stall();

    CompletableFuture<?> unheard = sessions.keepAlive(opened.id(), opened.secret());
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> unheard.get(5, TimeUnit.SECONDS));
    assertEquals(UnavailableException.class, failure.getCause().getClass());
    assertEquals(List.of(), heartbeats.heard());
  }

  @Test
  void closesAndDeletesWhatTheSessionOwns() {
    Sessions.Opened opened = get(sessions.open(5_000, "test"));
    Path path = Path.of("/mine");
    get(
        ledger.submit(
            new Command.Transact(
                List.of(),
                List.of(
                    new Change.Create(
                        path,
                        Bytes.EMPTY,
                        TreePMap.empty(),
                        new Life.Ephemeral(opened.id()),
                        false)))));
    Sessions.Closed closed = get(sessions.close(opened.id(), opened.secret()));

    assertEquals(ledger.local().revision(), closed.revision());
    assertNull(ledger.local().tree().find(path));
    assertEquals(
        SessionException.Reason.NO_SESSION,
        refused(sessions.keepAlive(opened.id(), opened.secret())));
    assertEquals(
        SessionException.Reason.NO_SESSION, refused(sessions.close(opened.id(), opened.secret())));
    assertTrue(heartbeats.heard().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "zz", "00000000000000000000000000000000", "é"})
  void refusesAWrongSecret(String secret) {
    Sessions.Opened opened = get(sessions.open(5_000, "test"));

    assertEquals(
        SessionException.Reason.WRONG_SECRET, refused(sessions.keepAlive(opened.id(), secret)));
    assertEquals(
        SessionException.Reason.WRONG_SECRET, refused(sessions.close(opened.id(), secret)));
    assertEquals(1, ledger.local().sessions().size());
    assertTrue(heartbeats.heard().isEmpty());
  }

  @Test
  void aSessionWithoutASecretCanBeUsedByNobody() {
    get(ledger.submit(new Command.OpenSession(7, 5_000, "secretless", Bytes.EMPTY)));
    assertEquals(SessionException.Reason.WRONG_SECRET, refused(sessions.keepAlive(7, "")));
  }

  @Test
  void refusesTtlsAndOwnersBeyondTheirLimits() {
    assertEquals("session.ttl", limit(1_999, "test"));
    assertEquals("session.ttl", limit(86_400_001, "test"));
    assertEquals("session.owner", limit(5_000, "x".repeat(257)));
  }

  @Test
  void refusesAnOwnerThatHasNoBytes() {
    for (String owner : List.of("a\nb", "\ud800", "\udc00x", "x\u007f")) {
      SessionException refused =
          assertThrows(SessionException.class, () -> sessions.open(5_000, owner));
      assertEquals(SessionException.Reason.INVALID_OWNER, refused.reason());
    }
    get(sessions.open(5_000, "\ud83d\ude00 ü"));
  }

  @Test
  void writesIdsInHexadecimal() {
    assertEquals("7fffffffffffffff", SessionId.format(Long.MAX_VALUE));
    assertEquals(OptionalLong.of(Long.MAX_VALUE), SessionId.parse("7fffffffffffffff"));
    assertEquals(OptionalLong.of(0x1f), SessionId.parse("1f"));
    for (String bad :
        List.of("", "0", "8000000000000000", "FF", "0x1f", "1f ", "-1", "11111111111111111", "١")) {
      assertEquals(OptionalLong.empty(), SessionId.parse(bad), bad);
    }
  }

  private String limit(long ttlMillis, String owner) {
    return assertThrows(LimitExceededException.class, () -> sessions.open(ttlMillis, owner))
        .limit();
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static SessionException.Reason refused(CompletableFuture<?> future) {
    Throwable failure =
        assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS)).getCause();
    return ((SessionException) failure).reason();
  }
}
