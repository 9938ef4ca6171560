package dev.muster.door.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class InTurnTest {
  private final InTurn turns = new InTurn(2, Code.TOO_MANY_SEARCHES, "searches");

  private Cancellable run(Supplier<Uni<Answer>> work) {
    return turns.run(work).subscribe().with(answer -> {}, failure -> {});
  }

  @Test
  void aTurnIsGivenBackHoweverTheWorkEnds() {
    Cancellable first = run(() -> Uni.createFrom().nothing());
    for (int i = 0; i < 5; i++) {
      run(() -> Uni.createFrom().item(Answer.of(200)));
      run(() -> Uni.createFrom().failure(new IllegalStateException("fails")));
      assertThrows(
          IllegalStateException.class,
          () ->
              run(
                  () -> {
                    throw new IllegalStateException("fails at once");
                  }));
    }
    run(() -> Uni.createFrom().nothing());
    Problem refused =
        assertThrows(Problem.class, () -> run(() -> Uni.createFrom().item(Answer.of(200))));
    assertEquals(
        "2 searches are under way on this node: try again", String.valueOf(refused.getMessage()));
    first.cancel();
    run(() -> Uni.createFrom().item(Answer.of(200)));
  }
}
