package dev.muster.coordination;

import dev.muster.core.Bytes;
import dev.muster.core.Command;
import dev.muster.core.PlainText;
import dev.muster.core.Refusal;
import dev.muster.core.Reply;
import dev.muster.core.Session;
import dev.muster.core.State;
import dev.muster.duty.Heartbeats;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.RefusedException;
import dev.muster.ledger.UnavailableException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Opens, keeps and ends sessions. Methods return at once, from any thread; futures end as {@link
 * Ledger}'s do, and with {@link SessionException} or {@link RefusedException} where the answer is
 * no.
 */
public final class Sessions {
  private static final int OPEN_ATTEMPTS_MAX = 3;

  private final Ledger ledger;
  private final Heartbeats heartbeats;
  private final SecureRandom random = new SecureRandom();

  public Sessions(Ledger ledger, Heartbeats heartbeats) {
    this.ledger = ledger;
    this.heartbeats = heartbeats;
  }

  /**
   * A session just opened.
   *
   * @param secret shown here and never again
   */
  public record Opened(long id, String secret, long ttlMillis, long revision) {
    /** Never shows the secret. */
    @Override
    public String toString() {
      return "Opened[" + SessionId.format(id) + "]";
    }
  }

  /** A session's end. */
  public record Closed(long id, long revision) {}

  /**
   * Opens a session, which lives until it has not been heard of for its time to live.
   *
   * @throws dev.muster.core.LimitExceededException if the ttl or the owner passes its limit
   * @throws SessionException if the owner is not {@link PlainText}
   */
  public CompletableFuture<Opened> open(long ttlMillis, String owner) {
    PlainText.firstFault(owner)
        .ifPresent(
            fault -> {
              throw SessionException.invalidOwner(PlainText.describe(owner, fault));
            });
    return open(ttlMillis, owner, 1);
  }

  private CompletableFuture<Opened> open(long ttlMillis, String owner, int attempt) {
    Command.OpenSession open = newSession(ttlMillis, owner);
    return ledger
        .submit(open)
        .thenCompose(
            reply -> {
              if (reply instanceof Reply.Refused refused) {
                return refused.why() == Refusal.SESSION_EXISTS && attempt < OPEN_ATTEMPTS_MAX
                    ? open(ttlMillis, owner, attempt + 1)
                    : CompletableFuture.failedFuture(new RefusedException(refused));
              }
              return CompletableFuture.completedFuture(
                  new Opened(
                      open.id(),
                      SessionSecret.format(open.secret()),
                      ttlMillis,
                      ((Reply.Done) reply).revision()));
            });
  }

  /** A command that opens a session under an id and with a secret that nobody can guess. */
  public Command.OpenSession newSession(long ttlMillis, String owner) {
    long id;
    do {
      id = random.nextLong() & Long.MAX_VALUE;
    } while (id == 0);
    Bytes secret = SessionSecret.random(random);
    return new Command.OpenSession(id, ttlMillis, owner, secret);
  }

  /** The session is alive. Nothing enters the log. */
  public CompletableFuture<Session> keepAlive(long id, String secret) {
    return authenticate(id, secret)
        .thenApply(
            session -> {
              heard(id);
              return session;
            });
  }

  /**
   * Passes a sign of life on to the leader.
   *
   * @throws UnavailableException if this node knows of no leader: whoever sent it must not believe
   *     that it counts
   */
  public void heard(long id) {
    if (ledger.status().leader() == null) {
      throw new UnavailableException(
          UnavailableException.Outcome.NOT_DONE,
          "this node knows of no leader that could hear that the session lives");
    }
    heartbeats.heard(id);
  }

  /** Ends the session and deletes the nodes that it owns. */
  public CompletableFuture<Closed> close(long id, String secret) {
    return authenticate(id, secret).thenCompose(session -> end(id));
  }

  /** As {@link #close}, for a caller whose right to do so was looked at before. */
  public CompletableFuture<Closed> end(long id) {
    return ledger
        .submit(new Command.CloseSessions(List.of(), List.of(id)))
        .thenApply(
            reply -> {
              if (reply instanceof Reply.Done done) {
                return new Closed(id, done.revision());
              }
              throw new RefusedException((Reply.Refused) reply);
            });
  }

  /** The session, if it lives and this is its secret. */
  public CompletableFuture<Session> authenticate(long id, String secret) {
    return find(id)
        .thenApply(
            session -> {
              if (!SessionSecret.matches(session, secret)) {
                throw SessionException.wrongSecret(id);
              }
              return session;
            });
  }

  /**
   * The session, if it lives. One that this node does not know may have been opened on another node
   * a moment ago: a fresh read decides.
   */
  public CompletableFuture<Session> find(long id) {
    Session known = ledger.local().sessions().get(id);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    return ledger.fresh().thenApply(state -> find(state, id));
  }

  private static Session find(State state, long id) {
    Session session = state.sessions().get(id);
    if (session == null) {
      throw SessionException.noSession(SessionId.format(id));
    }
    return session;
  }
}
