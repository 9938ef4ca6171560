package dev.muster.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.cluster.MusterClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Many instances of services that register and then heartbeat, as agents of hosts do it for all
 * that run there: hundreds in one request; some do so for themselves. An agent stays with its node
 * until that fails it, and goes on with the next one then.
 */
public final class Fleet implements AutoCloseable {
  private static final int BULK_MAX = 500;

  /** Of a heartbeat: some more must fit into a ttl when a node is silent. */
  private static final Duration HEARD_ANSWER_WITHIN = Duration.ofSeconds(3);

  /** Of a registration, which is work for the nodes; more at a time would only wait there. */
  private static final Duration REGISTERED_ANSWER_WITHIN = Duration.ofSeconds(30);

  private static final int REGISTERING_MAX = 6;
  private static final Duration REGISTERED_WITHIN = Duration.ofMinutes(3);
  private static final Duration HEARD_WITHIN = Duration.ofSeconds(60);
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int NOT_FOUND = 404;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Size size;
  private final List<URI> nodes;
  private final MusterClient registrar = new MusterClient(REGISTERED_ANSWER_WITHIN);
  private final MusterClient client = new MusterClient(HEARD_ANSWER_WITHIN);
  private final Semaphore registering = new Semaphore(REGISTERING_MAX);
  private final List<Member> members = new ArrayList<>();
  private final List<Agent> agents = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();
  private final CountDownLatch last = new CountDownLatch(1);
  private volatile boolean closed;

  /**
   * How many there are, and what of.
   *
   * @param services of each namespace
   * @param instances of each service
   * @param alone how many of each service heartbeat for themselves
   */
  public record Size(
      int namespaces, int services, int instances, int alone, int ttlSeconds, int graceSeconds) {
    public int total() {
      return namespaces * services * instances;
    }

    public Duration ttl() {
      return Duration.ofSeconds(ttlSeconds);
    }

    public Duration grace() {
      return Duration.ofSeconds(graceSeconds);
    }
  }

  /** One instance, and what its agent knows of it; times are of this JVM's clock. */
  public static final class Member {
    final Service service;
    final String id;
    final int number;

    /** Of its registration. */
    private volatile long revision;

    /** When its newest sign of life was sent, whatever became of it. */
    private volatile long sentNanos;

    /** When the newest one was sent that was acknowledged. */
    private volatile long heardNanos;

    /** The longest that a node may have waited for the next one. */
    private volatile long gapNanos;

    private Member(Service service, int number) {
      this.service = service;
      this.number = number;
      this.id = "i-" + number;
    }

    long revision() {
      return revision;
    }

    long sentNanos() {
      return sentNanos;
    }
  }

  /** A service of a namespace. */
  public record Service(String namespace, String name) {
    public String path() {
      return "/api/v1/namespaces/" + namespace + "/services/" + name;
    }
  }

  /** A fleet that is not there yet. */
  public Fleet(Size size, List<URI> nodes) {
    this.size = size;
    this.nodes = nodes;
    for (int n = 0; n < size.namespaces; n++) {
      List<Member> together = new ArrayList<>();
      // One of each service in turn, so that an agent speaks for all of them.
      for (int i = 0; i < size.instances; i++) {
        for (int s = 0; s < size.services; s++) {
          Member member = new Member(new Service("fleet-" + n, "service-" + s), i);
          members.add(member);
          if (i < size.alone) {
            agents.add(new Agent(List.of(member), agents.size()));
          } else {
            together.add(member);
          }
        }
      }
      for (int from = 0; from < together.size(); from += BULK_MAX) {
        int to = Math.min(together.size(), from + BULK_MAX);
        agents.add(new Agent(List.copyOf(together.subList(from, to)), agents.size()));
      }
    }
  }

  public List<Service> services() {
    return members.stream().map(member -> member.service).distinct().toList();
  }

  List<Member> members() {
    return members;
  }

  /** The namespaces, and services that are set up like this, JSON; empty for nothing. */
  public Fleet prepare(String settings) throws IOException {
    URI node = nodes.get(0);
    for (int n = 0; n < size.namespaces; n++) {
      registrar.putJson(node, "/api/v1/namespaces/fleet-" + n, Map.of()).expect(200, 201);
    }
    for (Service service : settings.isEmpty() ? List.<Service>of() : services()) {
      registrar
          .put(node, service.path(), settings, "Content-Type", "application/json")
          .expect(200, 201);
    }
    return this;
  }

  /** Registers all; each agent heartbeats from then on. */
  public Fleet start() {
    for (Agent agent : agents) {
      Thread thread = new Thread(agent, "agent-" + agent.home);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    Await.until(
        REGISTERED_WITHIN,
        () -> "all are registered; " + members.stream().filter(m -> m.revision == 0).count(),
        () -> members.stream().allMatch(member -> member.revision > 0));
    return this;
  }

  /** Waits until each of them has been heard of later than that. */
  void awaitHeardAfter(long nanos) {
    Duration within = HEARD_WITHIN.plusNanos(Math.max(0, nanos - System.nanoTime()));
    Await.until(
        within,
        () -> "heartbeats of all are acknowledged",
        () -> agents.stream().allMatch(agent -> agent.isHeardAfter(nanos)));
  }

  /**
   * Some send no heartbeat any more; none of theirs is under way when this returns.
   *
   * @return those
   */
  List<Member> silence(Predicate<Member> whom) {
    agents.forEach(agent -> agent.silence(whom));
    return members.stream().filter(whom).toList();
  }

  /** All send one more heartbeat, at once, and none after it. */
  public void silenceTogether() throws InterruptedException {
    last.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Those of whom a node said that it knows them no more. */
  List<String> lost() {
    return List.copyOf(lost);
  }

  /** Those that heartbeat too seldom, by fault of this machine or of the nodes, to be kept. */
  List<String> late() {
    return members.stream()
        .filter(member -> member.gapNanos >= size.ttl().toNanos())
        .map(member -> member.service.name + "/" + member.id + " " + member.gapNanos / 1e9 + " s")
        .toList();
  }

  @Override
  public void close() {
    closed = true;
    last.countDown();
    threads.forEach(LockSupport::unpark);
  }

  /** Speaks for some instances of one namespace. */
  private final class Agent implements Runnable {
    private List<Member> mine;
    private int home;

    Agent(List<Member> mine, int home) {
      this.mine = mine;
      this.home = home;
    }

    @Override
    public void run() {
      long everyNanos = size.ttl().toNanos() / 3;
      long pauseNanos = ThreadLocalRandom.current().nextLong(everyNanos);
      try {
        registering.acquire();
        say("register");
        registering.release();
        boolean isLast = false;
        while (!closed && !isLast) {
          isLast = last.await(pauseNanos, TimeUnit.NANOSECONDS);
          long begun = System.nanoTime();
          say("renew");
          pauseNanos = Math.max(0, everyNanos - (System.nanoTime() - begun));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    synchronized void silence(Predicate<Member> whom) {
      mine = mine.stream().filter(whom.negate()).toList();
    }

    synchronized boolean isHeardAfter(long nanos) {
      return mine.stream().allMatch(member -> member.heardNanos - nanos > 0);
    }

    /** To one node after the other, until all of it is done. */
    private synchronized void say(String action) {
      List<Member> left = mine;
      while (!left.isEmpty() && !closed) {
        long sent = System.nanoTime();
        left.forEach(member -> member.sentNanos = sent);
        try {
          left = send(action, left, sent);
        } catch (IOException failed) {
          // it is down, or stopped
        }
        if (!left.isEmpty()) {
          home++;
          LockSupport.parkNanos(AGAIN_NANOS);
        }
      }
    }

    /** Answers those for whom it was not done. */
    private List<Member> send(String action, List<Member> some, long sent) throws IOException {
      URI node = nodes.get(home % nodes.size());
      if (some.size() == 1 && action.equals("renew")) {
        Member one = some.get(0);
        String path = one.service.path() + "/instances/" + one.id + "/lease";
        return settle(one, client.put(node, path, "").status(), sent) ? List.of() : some;
      }
      String path = "/api/v1/namespaces/" + some.get(0).service.namespace + "/instances";
      MusterClient used = action.equals("register") ? registrar : client;
      Answer answer =
          used.send(node, "POST", path, body(action, some), "Content-Type", "application/json");
      if (answer.status() != 200) {
        return some;
      }
      List<Member> left = new ArrayList<>();
      JsonNode results = answer.json().path("results");
      for (int i = 0; i < some.size(); i++) {
        JsonNode result = results.path(i);
        if (!settle(some.get(i), result.path("status").asInt(), sent)) {
          left.add(some.get(i));
        } else if (action.equals("register")) {
          some.get(i).revision = result.path("revision").asLong();
        }
      }
      return left;
    }

    private boolean settle(Member member, int status, long sent) {
      if (status == NOT_FOUND) {
        lost.add(member.service.name + "/" + member.id);
        return true;
      }
      if (status / 100 != 2) {
        return false;
      }
      if (member.heardNanos != 0) {
        long gap = System.nanoTime() - member.heardNanos;
        member.gapNanos = Math.max(member.gapNanos, gap);
      }
      member.heardNanos = sent;
      return true;
    }

    private String body(String action, List<Member> some) {
      List<Map<String, Object>> entries = new ArrayList<>();
      for (Member member : some) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("service", member.service.name);
        entry.put("id", member.id);
        if (action.equals("register")) {
          Map<String, Object> instance = new LinkedHashMap<>();
          instance.put("address", "10.0." + member.number / 250 + "." + (member.number % 250 + 1));
          instance.put("port", 8080);
          instance.put("ttlSeconds", size.ttlSeconds);
          instance.put("graceSeconds", size.graceSeconds);
          entry.put("instance", instance);
        }
        entries.add(entry);
      }
      try {
        return JSON.writeValueAsString(Map.of(action, entries));
      } catch (JsonProcessingException e) {
        throw new AssertionError(e);
      }
    }
  }
}
