package dev.muster.bench;

import dev.muster.core.Bytes;
import dev.muster.core.Event;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Stat;
import dev.muster.watch.Changes;
import dev.muster.watch.EventLog;
import dev.muster.watch.Scope;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.pcollections.TreePMap;

/**
 * What watching costs the thread that applies the log, and how fast many waiters are woken. Run
 * {@code main}; it prints a table. Prepared events: the cost of applying commands is not in it.
 */
public final class WatchBench {
  private static final int APPENDS = 200_000;
  private static final int WAKE_ROUNDS = 12;
  private static final int WAKE_WAITERS = 20_000;
  private static final int SCAN_EVENTS = 100_000;

  private final ExecutorService executor = Executors.newFixedThreadPool(2);

  private WatchBench() {}

  public static void main(String[] arguments) throws Exception {
    WatchBench bench = new WatchBench();
    try {
      for (Scope scope : List.of(Scope.NODE, Scope.SUBTREE)) {
        for (int parked : new int[] {0, 10_000, 100_000}) {
          bench.append(scope, parked);
        }
      }
      bench.wake();
      bench.scan();
    } finally {
      bench.executor.shutdown();
    }
  }

  private static Event event(long revision, Path path) {
    Stat stat =
        new Stat(revision, 0, revision, 0, revision, 0, revision, 0, 0, 0, Life.persistent());
    return new Event(
        revision,
        Event.Type.DATA_CHANGED,
        path,
        Node.assemble(Bytes.EMPTY, TreePMap.empty(), stat, TreePMap.empty()));
  }

  /** One event of depth 4 an append, nobody waits for it. */
  private void append(Scope scope, int parked) {
    EventLog log = new EventLog(executor);
    List<CompletableFuture<Changes>> futures = new ArrayList<>();
    long heapBefore = heapBytes();
    for (int i = 0; i < parked; i++) {
      futures.add(log.changes(scope, Path.of("/config/space/app-" + i / 10 + "/key-" + i), 0));
    }
    long heapEach = parked == 0 ? 0 : (heapBytes() - heapBefore) / parked;
    List<Event> events = new ArrayList<>();
    for (int i = 1; i <= 2 * APPENDS; i++) {
      events.add(event(i, Path.of("/config/space/other-" + i % 1_000 + "/key")));
    }
    long[] nanos = new long[APPENDS];
    long cpuStart = 0;
    for (int i = 0; i < 2 * APPENDS; i++) {
      if (i == APPENDS) {
        cpuStart = cpuNanos();
      }
      List<Event> one = List.of(events.get(i));
      long start = System.nanoTime();
      log.append(i + 1L, one);
      if (i >= APPENDS) {
        nanos[i - APPENDS] = System.nanoTime() - start;
      }
    }
    long cpuMean = (cpuNanos() - cpuStart) / APPENDS;
    System.out.printf(
        "append, %7d parked (%s): mean CPU %d ns (clock reads included); p50 %d, p99 %d, p99.9 %d; heap a waiter, its path"
            + " included: %d B%n",
        parked,
        scope,
        cpuMean,
        percentile(nanos, 0.5),
        percentile(nanos, 0.99),
        percentile(nanos, 0.999),
        heapEach);
    futures.forEach(future -> future.cancel(false));
  }

  /** All wait for one path. */
  private void wake() throws InterruptedException {
    EventLog log = new EventLog(executor);
    Path path = Path.of("/config/space/app/key");
    long[] appendNanos = new long[WAKE_ROUNDS];
    long[] allNanos = new long[WAKE_ROUNDS];
    for (int round = 0; round < WAKE_ROUNDS; round++) {
      CountDownLatch left = new CountDownLatch(WAKE_WAITERS);
      List<CompletableFuture<Void>> woken = new ArrayList<>();
      for (int i = 0; i < WAKE_WAITERS; i++) {
        woken.add(log.changes(Scope.NODE, path, round).thenAccept(changes -> left.countDown()));
      }
      Event event = event(round + 1L, path);
      long start = System.nanoTime();
      long cpuStart = cpuNanos();
      log.append(round + 1L, List.of(event));
      appendNanos[round] = cpuNanos() - cpuStart;
      if (!left.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(left.getCount() + " of " + woken.size() + " not woken");
      }
      allNanos[round] = System.nanoTime() - start;
    }
    System.out.printf(
        "wake %d waiters of one path: append p50 %d us CPU, all woken p50 %.1f ms, worst %.1f ms%n",
        WAKE_WAITERS,
        percentile(appendNanos, 0.5) / 1_000,
        percentile(allNanos, 0.5) / 1e6,
        percentile(allNanos, 1) / 1e6);
  }

  /** A reader looks through all the history for the only change at its end, ever again. */
  private void scan() {
    EventLog log = new EventLog(executor);
    for (int i = 1; i < SCAN_EVENTS; i++) {
      log.append(i, List.of(event(i, Path.of("/config/space/other-" + i % 1_000 + "/key"))));
    }
    Path path = Path.of("/config/space/app/key");
    log.append(SCAN_EVENTS, List.of(event(SCAN_EVENTS, path)));
    long[] nanos = new long[200];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      log.changes(Scope.NODE, path, 0).join();
      nanos[i] = System.nanoTime() - start;
    }
    System.out.printf(
        "look through %d events: p50 %.2f ms, worst %.2f ms%n",
        SCAN_EVENTS, percentile(nanos, 0.5) / 1e6, percentile(nanos, 1) / 1e6);
  }

  private static long percentile(long[] values, double part) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, (long) (part * sorted.length))];
  }

  /** This thread's own work: what else runs on the machine does not count. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long heapBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
