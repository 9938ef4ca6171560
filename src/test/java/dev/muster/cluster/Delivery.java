package dev.muster.cluster;

import dev.muster.cluster.MusterClient.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Items are published while very many clients follow them on three nodes, by batch polls, long
 * polls and streams; meanwhile a follower stands still for a while, and its clients go to other
 * nodes, and back to it the moment it goes on. Nobody may be told anything older than it knew, and
 * everybody must end up with the last value of each item.
 */
public final class Delivery {
  private static final String API = "/api/v1";
  private static final String ITEMS = API + "/namespaces/delivery/configs/";
  private static final int FOLDERS = 10;
  private static final int BATCH_ITEMS = 20;
  private static final int PUBLISHERS = 4;
  private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(60);

  private final MusterCluster cluster;
  private final Size size;
  private final DeliveryBook book = new DeliveryBook();
  private final MusterClient client = new MusterClient(Duration.ofSeconds(5));
  private final List<String> items = new ArrayList<>();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final Map<String, Long> last = new ConcurrentHashMap<>();
  private final AtomicInteger published = new AtomicInteger();
  private volatile MusterProcess paused;

  /** How large a run is. */
  public record Size(int clients, int publishes, int perSecond) {}

  /** What a run showed. */
  public record Report(Collection<String> violations, String latencies) {}

  public Delivery(MusterCluster cluster, Size size) {
    this.cluster = cluster;
    this.size = size;
    for (int i = 0; i < FOLDERS * FOLDERS; i++) {
      items.add("f" + i % FOLDERS + "/item-" + i);
    }
  }

  /** Runs on a cluster that is ready. */
  public Report run() throws Exception {
    client.putJson(cluster.uris().get(0), API + "/namespaces/delivery", Map.of()).expect(201);
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try {
      HttpClient http =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setMaxPoolSize(size.clients * 2)
                  .setConnectTimeout(2_000)
                  .setKeepAliveTimeout(60));
      subscribe(new Subscriber.Setting(vertx, http, cluster.uris(), book, API));
      onLoop(vertx, () -> subscribers.forEach(Subscriber::ask));
      publishThroughAPause(vertx);
      Await.until(
          DELIVERED_WITHIN,
          () -> "everybody has the last value of each item; " + lacking(),
          () -> lacking().isEmpty());
      onLoop(vertx, () -> subscribers.forEach(Subscriber::end));
    } catch (AssertionError lost) {
      book.violation(lost.getMessage());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
    return new Report(book.violations(), book.latencies());
  }

  private List<String> lacking() {
    return subscribers.stream().flatMap(each -> each.lacks(last).stream()).limit(20).toList();
  }

  /** Of ten clients, four poll batches, three poll an item, three have streams. */
  private void subscribe(Subscriber.Setting setting) {
    Random random = new Random(size.clients);
    for (int i = 0; i < size.clients; i++) {
      int home = i % 3;
      boolean roams = i % 2 == 0;
      int kind = i % 10;
      if (kind < 4) {
        List<String> some = new ArrayList<>();
        for (int j = 0; j < BATCH_ITEMS - kind; j += 1) { // more than are waited for each, or less
          some.add(items.get((i * 7 + j * (kind + 1)) % items.size()));
        }
        List<String> distinct = some.stream().distinct().limit(kind < 2 ? 99 : 10).toList();
        subscribers.add(new BatchSubscriber(setting, "batch-" + i, home, roams, distinct));
      } else if (kind < 7) {
        String item = items.get(random.nextInt(items.size()));
        subscribers.add(new PollSubscriber(setting, "poll-" + i, home, roams, item));
      } else {
        String folder = "f" + random.nextInt(FOLDERS);
        List<String> in = items.stream().filter(item -> item.startsWith(folder + "/")).toList();
        subscribers.add(new StreamSubscriber(setting, "stream-" + i, home, folder, in));
      }
    }
  }

  private void publishThroughAPause(Vertx vertx) throws Exception {
    MusterProcess leader = cluster.leader();
    int follower = cluster.nodes().indexOf(leader) == 0 ? 1 : 0;
    CountDownLatch done = new CountDownLatch(PUBLISHERS);
    AtomicBoolean failed = new AtomicBoolean();
    List<Thread> publishers = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < PUBLISHERS; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  publish(number, start);
                } catch (RuntimeException | Error failure) {
                  book.violation("a publisher failed: " + failure);
                  failed.set(true);
                } finally {
                  done.countDown();
                }
              },
              "publisher-" + i);
      publishers.add(thread);
      thread.start();
    }
    awaitPublished(size.publishes / 3, failed);
    pause(vertx, follower);
    awaitPublished(size.publishes * 2 / 3, failed);
    resume(vertx, follower);
    for (Thread publisher : publishers) {
      publisher.join();
    }
    done.await();
  }

  private void awaitPublished(int count, AtomicBoolean failed) {
    Await.until(
        Duration.ofSeconds(60 + 4L * size.publishes / size.perSecond),
        () -> count + " were published, not " + published,
        () -> published.get() >= count || failed.get());
  }

  /** The follower stands still; those with streams are told so, as a load balancer would. */
  private void pause(Vertx vertx, int follower) {
    paused = cluster.nodes().get(follower);
    paused.pause();
    onLoop(
        vertx,
        () ->
            subscribers.stream()
                .filter(each -> each instanceof StreamSubscriber && each.home() == follower)
                .forEach(each -> each.moveTo(follower + 1)));
  }

  /** It goes on, and its clients come back before it can have caught up. */
  private void resume(Vertx vertx, int follower) {
    cluster.nodes().get(follower).resume();
    paused = null;
    onLoop(
        vertx,
        () ->
            subscribers.stream()
                .filter(each -> each.home() == follower)
                .forEach(each -> each.moveTo(follower)));
  }

  private static void onLoop(Vertx vertx, Runnable task) {
    CountDownLatch done = new CountDownLatch(1);
    vertx.runOnContext(
        here -> {
          task.run();
          done.countDown();
        });
    try {
      done.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Publishes items that nobody else does, each with a number that counts up. */
  private void publish(int publisher, long startNanos) {
    Random random = new Random(publisher);
    Map<String, Long> revisions = new ConcurrentHashMap<>();
    int share = size.publishes / PUBLISHERS;
    for (int i = 0; i < share; i++) {
      long dueNanos = startNanos + (long) i * PUBLISHERS * 1_000_000_000L / size.perSecond;
      while (System.nanoTime() < dueNanos) {
        Await.pause();
      }
      // Each item once at first, so that all are there.
      int of = items.size() / PUBLISHERS;
      int index = i < of ? i : random.nextInt(of);
      String item = items.get(index * PUBLISHERS + publisher);
      publish(item, i, revisions, random);
      published.incrementAndGet();
    }
  }

  private void publish(String item, long sequence, Map<String, Long> revisions, Random random) {
    String content = DeliveryBook.content(item, sequence);
    book.sending(content);
    boolean written = false;
    while (!written) {
      long revision = revisions.getOrDefault(item, 0L);
      try {
        Answer answer =
            client.put(
                node(random),
                ITEMS + item,
                content,
                "Content-Type",
                "text/plain",
                revision == 0 ? "If-None-Match" : "If-Match",
                revision == 0 ? "*" : "\"" + revision + "\"");
        written = answer.status() == 200 || answer.status() == 201;
        if (written) {
          revisions.put(item, answer.modifiedRevision());
        }
      } catch (IOException unknown) {
        Await.pause();
      }
      if (!written) {
        written = isWritten(item, content, revisions, random);
      }
    }
    last.put(item, revisions.get(item));
  }

  /** Whether a write whose answer was none has happened. */
  private boolean isWritten(
      String item, String content, Map<String, Long> revisions, Random random) {
    while (true) {
      try {
        Answer answer = client.get(node(random), ITEMS + item + "?consistency=linearizable");
        if (answer.status() == 200) {
          revisions.put(item, answer.modifiedRevision());
          return answer.text().equals(content);
        }
        if (answer.status() == 404) {
          return false;
        }
      } catch (IOException none) {
        Await.pause();
      }
    }
  }

  /** Any that goes on. */
  private URI node(Random random) {
    MusterProcess stopped = paused;
    List<MusterProcess> going = cluster.nodes().stream().filter(node -> node != stopped).toList();
    return going.get(random.nextInt(going.size())).uri();
  }
}
