package dev.muster.client;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the followers of up to {@link Limits#BATCH_ITEMS_MAX} items by one long poll after the
 * other. One that comes later does not wait for the poll under way: that is given up, and asked
 * anew with what is known by then, so that no answer is missed. Holds no thread; thread-safe.
 */
final class BatchPoll {
  private final Setting setting;
  private final Home home;
  private final Backoff backoff;
  private final Set<Follower> members = new LinkedHashSet<>();
  private Phase phase = Phase.IDLE;

  /** Whose answer is awaited or being told; any other is out of date. */
  private @Nullable BatchQuestion current;

  private @Nullable CompletableFuture<Answer> asking;
  private Timer.@Nullable Task pausing;

  /** Whether somebody has come whom the question under way does not ask for. */
  private boolean asksAgain;

  private boolean closed;

  /** What all polls need. */
  record Setting(
      String namespace,
      Calls calls,
      Timer timer,
      RandomGenerator random,
      Executor executor,
      int waitSeconds) {}

  /** Where followers go that are better off elsewhere. Called without locks. */
  interface Home {
    /** The servers refuse it, and with it all others that it is asked for with. */
    void refused(Follower follower, BatchPoll from, MusterException refusal);

    /** The servers answered what was asked for this one only. */
    void answered(Follower follower, BatchPoll by);
  }

  private enum Phase {
    IDLE,
    /** A server keeps the question until something changes. */
    PARKED,
    /** An answer comes at once, or is being told. */
    BUSY,
    PAUSING
  }

  BatchPoll(Setting setting, Home home) {
    this.setting = setting;
    this.home = home;
    this.backoff = new Backoff(setting.random, Limits.BACKOFF_MAX_MILLIS);
  }

  /** Takes one more, unless it is full; {@link #wake} asks for it. */
  synchronized boolean add(Follower follower) {
    return members.size() < Limits.BATCH_ITEMS_MAX && members.add(follower);
  }

  /** Whether nobody is left. An answer that is under way for it is in vain. */
  synchronized boolean remove(Follower follower) {
    members.remove(follower);
    return members.isEmpty();
  }

  void close() {
    CompletableFuture<Answer> vain;
    synchronized (this) {
      closed = true;
      current = null;
      if (pausing != null) {
        pausing.cancel();
      }
      vain = asking;
    }
    if (vain != null) {
      vain.cancel(true);
    }
  }

  /** Asks for all that has come, now or as soon as the answer to others, which is due, is here. */
  void wake() {
    synchronized (this) {
      if (phase == Phase.BUSY) {
        asksAgain = true;
        return;
      }
    }
    ask();
  }

  /** Begins with a pause, as after a question that was refused. */
  void beginRefused(MusterException refusal) {
    BatchQuestion refused;
    synchronized (this) {
      refused = question();
      current = refused;
    }
    failed(refused, refusal);
  }

  private BatchQuestion question() {
    return BatchQuestion.of(
        setting.namespace, members, setting.waitSeconds, setting.timer.nowMillis());
  }

  /** Asks once; the answer leads to the next question. Not under the lock: it may fail at once. */
  private void ask() {
    BatchQuestion question;
    CompletableFuture<Answer> vain;
    synchronized (this) {
      if (closed || members.isEmpty()) {
        return;
      }
      question = question();
      current = question;
      phase = question.isLong() ? Phase.PARKED : Phase.BUSY;
      asksAgain = false;
      vain = asking;
      asking = null;
      if (pausing != null) {
        pausing.cancel();
      }
    }
    if (vain != null) {
      vain.cancel(true);
    }
    var unused =
        send(question, question)
            .whenComplete((answer, failure) -> heard(question, answer, failure));
  }

  /** Sends a question while another, or itself, is the current one. */
  private CompletableFuture<Answer> send(BatchQuestion sent, BatchQuestion whileCurrent) {
    CompletableFuture<Answer> answer = setting.calls.round(sent.call());
    boolean inVain;
    synchronized (this) {
      inVain = current != whileCurrent;
      if (!inVain) {
        asking = answer;
      }
    }
    if (inVain) {
      answer.cancel(true);
    }
    return answer;
  }

  /** Whether an answer to it is still of use; no other is asked for until it has been told. */
  private synchronized boolean takes(BatchQuestion question) {
    if (current == question) {
      phase = Phase.BUSY;
      return true;
    }
    return false;
  }

  /** Whatever happens to an answer, there is another question: nobody else would ask it. */
  private void heard(
      BatchQuestion question, @Nullable Answer answer, @Nullable Throwable unanswered) {
    if (!takes(question)) {
      return;
    }
    try {
      if (answer == null) {
        failed(question, Futures.asMuster(unanswered(unanswered)));
      } else if (answer.status() == 200) {
        tell(question, answer, news -> next(question, news));
      } else if (question.items().size() == 1) {
        failed(question, refusal(answer));
      } else {
        oneByOne(question, 0, false, refusal(answer));
      }
    } catch (Throwable e) {
      disturbed(question, Futures.asMuster(e));
    }
  }

  private static Throwable unanswered(@Nullable Throwable failure) {
    return failure == null ? new IllegalStateException() : failure;
  }

  private static MusterException refusal(Answer answer) {
    return answer.exception(MusterException.Outcome.NOT_DONE);
  }

  /** Tells all at the same time: each of them may write to the disk first. */
  private void tell(BatchQuestion question, Answer answer, Consumer<Boolean> then) {
    BatchAnswer told = BatchAnswer.of(answer);
    Answer.demandNotOlder(told.revision(), question.seen());
    List<CompletableFuture<Boolean>> all = new ArrayList<>();
    for (BatchQuestion.Item item : question.items()) {
      Snapshot changed = told.changed().get(item.path());
      if (changed != null || !told.more()) { // else: nothing was said about it
        all.add(
            CompletableFuture.supplyAsync(
                () -> tell(item, told.revision(), changed), setting.executor));
      }
    }
    var unused =
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
            .thenRun(() -> then.accept(all.stream().anyMatch(CompletableFuture::join)))
            .exceptionally(
                e -> {
                  disturbed(question, Futures.asMuster(e));
                  return null;
                });
  }

  private static boolean tell(BatchQuestion.Item item, long revision, @Nullable Snapshot changed) {
    long tag = item.known().tag();
    if (changed == null && tag > 0) {
      return item.follower().stillIs(tag, tag, revision);
    }
    return item.follower().saw(changed != null ? changed : Snapshot.absent(revision), true);
  }

  private void next(BatchQuestion question, boolean news) {
    synchronized (this) {
      if (current != question) {
        return;
      }
      if (news) {
        backoff.reset();
      }
      long tookMillis = setting.timer.nowMillis() - question.askedMillis();
      if (!news && tookMillis < Limits.IDLE_POLL_MILLIS_MIN && !asksAgain) {
        pause(Limits.IDLE_POLL_MILLIS_MIN);
        return;
      }
    }
    if (question.items().size() == 1) {
      home.answered(question.items().get(0).follower(), this);
    }
    ask();
  }

  /**
   * A refusal may be meant for one of many only: each is asked for alone, and who is refused
   * leaves. If nobody is, it is the question as a whole, which is asked again after a pause.
   */
  private void oneByOne(
      BatchQuestion question, int index, boolean foundOne, MusterException refusal) {
    if (!takes(question)) {
      return;
    }
    if (index == question.items().size()) {
      if (foundOne) {
        ask();
      } else {
        disturbed(question, refusal);
      }
      return;
    }
    Follower follower = question.items().get(index).follower();
    BatchQuestion alone =
        BatchQuestion.of(setting.namespace, List.of(follower), 0, setting.timer.nowMillis());
    var unused =
        send(alone, question)
            .whenComplete(
                (answer, unanswered) -> {
                  if (!takes(question)) {
                    return;
                  }
                  try {
                    if (answer == null) {
                      failed(question, Futures.asMuster(unanswered(unanswered)));
                    } else if (answer.status() == 200) {
                      tell(alone, answer, news -> oneByOne(question, index + 1, foundOne, refusal));
                    } else {
                      home.refused(follower, this, refusal(answer));
                      oneByOne(question, index + 1, true, refusal);
                    }
                  } catch (Throwable e) {
                    disturbed(question, Futures.asMuster(e));
                  }
                });
  }

  private void failed(BatchQuestion question, MusterException failure) {
    pauseAfter(question, failure, follower -> follower.failed(failure));
  }

  private void disturbed(BatchQuestion question, MusterException failure) {
    pauseAfter(question, failure, follower -> follower.disturbed(failure));
  }

  /** Who learns of the failure finds that the pause has begun. */
  private void pauseAfter(
      BatchQuestion question, MusterException failure, Consumer<Follower> telling) {
    synchronized (this) {
      if (current != question) {
        return;
      }
      if (!asksAgain) {
        pause(failure.retryAfterMillis());
      }
      question.items().forEach(item -> telling.accept(item.follower()));
      if (!asksAgain) {
        return;
      }
    }
    ask();
  }

  private synchronized void pause(long atLeastMillis) {
    phase = Phase.PAUSING;
    pausing = setting.timer.after(backoff.nextMillis(atLeastMillis), this::ask);
  }
}
