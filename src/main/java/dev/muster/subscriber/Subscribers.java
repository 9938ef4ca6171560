package dev.muster.subscriber;

import dev.muster.core.Path;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who follows what on this node. All methods return at once, from any thread; futures end on a
 * thread of their own.
 */
public final class Subscribers implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Subscribers.class);
  private static final long TICK_MILLIS = 1_000;

  private final Ledger ledger;
  private final String node;
  private final LongSupplier clockMillis;
  private final Map<Path, Book> books = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final Overflow overflow = new Overflow();
  private final AtomicInteger proofs = new AtomicInteger();
  private final AtomicBoolean findingStart = new AtomicBoolean();
  private final long startedAt;

  /** Where the log was when this process began: nobody was told of more before. */
  private volatile long startRevision = Long.MAX_VALUE;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread created = new Thread(task, "muster-subscribers");
            created.setDaemon(true);
            return created;
          });

  /**
   * @param node this node's name
   * @param clockMillis one that never goes back
   */
  public Subscribers(Ledger ledger, String node, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.node = node;
    this.clockMillis = clockMillis;
    this.startedAt = clockMillis.getAsLong();
  }

  /** Forgets, from now on, who has been away for long. */
  public void start() {
    findStart();
    var unused =
        thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void findStart() {
    if (startRevision == Long.MAX_VALUE && findingStart.compareAndSet(false, true)) {
      var unused =
          ledger
              .fresh()
              .whenComplete(
                  (state, failure) -> {
                    if (failure == null) {
                      startRevision = state.revision();
                    }
                    findingStart.set(false);
                  });
    }
  }

  /**
   * Whether this node may speak about those who were told of something that is there since a
   * revision: an earlier process of it may have told them, whom this one does not know.
   */
  private boolean knowsAllSince(long revision) {
    return startRevision < revision
        || clockMillis.getAsLong() - startedAt >= SubscriberLimits.REMEMBERED_MILLIS;
  }

  void tick() {
    try {
      findStart();
      long now = clockMillis.getAsLong();
      books.forEach(
          (path, book) -> {
            size.addAndGet(-book.forget(now));
            if (book.close(now)) {
              books.remove(path, book);
            }
          });
    } catch (Throwable unexpected) { // an Error too: what is scheduled would not run again
      LOG.error("could not forget subscribers; trying again", unexpected);
    }
  }

  /** How many are known. */
  public int size() {
    return size.get();
  }

  // ---- what subscribers do

  /**
   * A subscriber asks for what is at a path. To be called before the state is looked at that the
   * answer is made of.
   *
   * @param query which view of it
   * @param known the revision that it says that it has; absent if it says nothing
   */
  public Seat follow(Path path, Identity identity, Kind kind, String query, @Nullable Long known) {
    String view = Identity.shortened(query);
    long revision = known == null ? Slot.NONE : known;
    while (true) {
      Book book = books.computeIfAbsent(path, absent -> new Book(overflow));
      boolean room = size.get() < SubscriberLimits.IN_ALL_MAX;
      Book.Entry entry = book.enter(identity, kind, view, revision, clockMillis.getAsLong(), room);
      switch (entry.entered()) {
        case NEW -> size.incrementAndGet();
        case CLOSED -> books.remove(path, book);
        case KNOWN, FULL -> {}
      }
      Slot slot = entry.slot();
      Overflow counted = entry.overflow();
      if (slot != null) {
        return new SlotSeat(book, slot);
      }
      if (counted != null) {
        return new OverflowSeat(counted);
      }
    }
  }

  private final class SlotSeat implements Seat {
    private final Book book;
    private final Slot slot;
    private final AtomicBoolean left = new AtomicBoolean();

    SlotSeat(Book book, Slot slot) {
      this.book = book;
      this.slot = slot;
    }

    @Override
    public void told(long revision) {
      book.told(slot, revision);
    }

    @Override
    public void has(long revision) {
      book.confirms(slot, revision);
    }

    @Override
    public void leave() {
      if (left.compareAndSet(false, true)) {
        book.leaves(slot, clockMillis.getAsLong());
      }
    }
  }

  private final class OverflowSeat implements Seat {
    private final Overflow counted;
    private final AtomicBoolean left = new AtomicBoolean();

    OverflowSeat(Overflow counted) {
      this.counted = counted;
    }

    @Override
    public void told(long revision) {}

    @Override
    public void has(long revision) {}

    @Override
    public void leave() {
      if (left.compareAndSet(false, true)) {
        counted.leaves(clockMillis.getAsLong());
      }
    }
  }

  /** A client says which revision it has of a path; false if it is not known here. */
  public boolean confirm(Path path, String client, long revision) {
    Book book = books.get(path);
    return book != null && book.confirms(client, revision, clockMillis.getAsLong());
  }

  // ---- what is asked about them

  /**
   * The subscribers of a path on this node.
   *
   * @param some those who have the oldest
   * @param total how many there are
   * @param notKept how many there was no room for
   */
  public record Listing(List<Standing> some, int total, int notKept) {
    public Listing {
      some = List.copyOf(some);
    }
  }

  Listing list(Path path, int max) {
    long now = clockMillis.getAsLong();
    Book book = books.get(path);
    if (book == null) {
      return new Listing(List.of(), 0, overflow.count(now));
    }
    List<Standing> all = book.standings(now, node);
    return new Listing(oldestFirst(all, max), all.size(), book.notKept(now));
  }

  static List<Standing> oldestFirst(List<Standing> all, int max) {
    return all.stream()
        .sorted(
            Comparator.comparingLong(Standing::confirmed)
                .thenComparing(each -> String.valueOf(each.identity().client()))
                .thenComparing(each -> each.identity().address()))
        .limit(max)
        .toList();
  }

  /** How those of these who are known here stand. */
  List<Standing> standings(Path path, List<Standing.Key> keys) {
    Book book = books.get(path);
    if (book == null) {
      return List.of();
    }
    long now = clockMillis.getAsLong();
    List<Standing> known = new ArrayList<>();
    for (Standing.Key key : keys) {
      Standing standing = book.standing(key, now, node);
      if (standing != null) {
        known.add(standing);
      }
    }
    return known;
  }

  /**
   * Says who on this node may hold something older than a revision: as soon as nobody does, or when
   * the time is up. This node catches up with the revision first: whoever asks later is told of
   * nothing older.
   *
   * @param since the revision that brought what shall be forgotten
   */
  CompletableFuture<Proof> prove(Path path, long since, long revision, long waitMillis) {
    if (!knowsAllSince(since)) {
      return CompletableFuture.completedFuture(Proof.NOT_YET);
    }
    if (proofs.incrementAndGet() > SubscriberLimits.PROOFS_AT_ONCE_MAX) {
      proofs.decrementAndGet();
      return CompletableFuture.failedFuture(
          new IllegalStateException("too many proofs are asked for at once"));
    }
    long endsAt = clockMillis.getAsLong() + waitMillis;
    return ledger
        .at(revision)
        .thenCompose(reached -> await(path, revision, endsAt - clockMillis.getAsLong()))
        .thenApply(ended -> proof(path, revision))
        .whenComplete((proof, failure) -> proofs.decrementAndGet());
  }

  private CompletableFuture<?> await(Path path, long revision, long waitMillis) {
    if (waitMillis <= 0 || proof(path, revision).isComplete()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<@Nullable Void> proven = new CompletableFuture<>();
    Book.Wait wait = new Book.Wait(revision, () -> thread.execute(() -> proven.complete(null)));
    Book waitedAt = awaitIn(path, wait);
    var timer = thread.schedule(() -> proven.complete(null), waitMillis, TimeUnit.MILLISECONDS);
    return proven.whenComplete(
        (ended, failure) -> {
          timer.cancel(false);
          waitedAt.giveUp(wait);
        });
  }

  private Book awaitIn(Path path, Book.Wait wait) {
    while (true) {
      Book book = books.computeIfAbsent(path, absent -> new Book(overflow));
      if (book.await(wait, clockMillis.getAsLong())) {
        return book;
      }
      books.remove(path, book);
    }
  }

  private Proof proof(Path path, long revision) {
    long now = clockMillis.getAsLong();
    Book book = books.get(path);
    if (book == null) {
      return new Proof(List.of(), 0, overflow.count(now));
    }
    List<Slot> open = book.open(revision);
    List<Slot> some = open.subList(0, Math.min(open.size(), SubscriberLimits.OPEN_TOLD_MAX));
    return new Proof(book.standings(some, now, node), open.size(), book.notKept(now));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
