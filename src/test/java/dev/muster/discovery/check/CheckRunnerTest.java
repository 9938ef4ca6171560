package dev.muster.discovery.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Reply;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InstanceStatus;
import dev.muster.discovery.Verdicts;
import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.ForwardingLedger;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.UnavailableException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Runners of several nodes over one log, with a clock and instances of the test's. */
class CheckRunnerTest {
  private static final long INTERVAL = 10_000;

  private final LocalLedger log = new LocalLedger();
  private final Set<String> up = new TreeSet<>(Set.of("n1"));
  private final List<String> members = new ArrayList<>(List.of("n1"));
  private final List<NodeUnderTest> nodes = new ArrayList<>();
  private long nowMillis = 1_000_000;

  /** What a probe of an address finds; passing if nothing is said. */
  private final Map<String, ProbeResult> found = new HashMap<>();

  /** Probes are answered only when the test says so. */
  private boolean slow;

  /** One node: its view of the cluster, what it has probed, its runner. */
  private final class NodeUnderTest extends ForwardingLedger
      implements Prober, SecondOpinions, CheckListener {
    final String name;
    final List<String> probed = new ArrayList<>();
    final List<CompletableFuture<ProbeResult>> open = new ArrayList<>();
    final List<String> asked = new ArrayList<>();
    final CheckRunner runner;
    ProbeResult opinion = new ProbeResult.NotAsked("nobody");
    Set<String> sees;
    int disputed;
    boolean unavailable;

    /** What is written takes until these are run. */
    @Nullable Queue<Runnable> late;

    NodeUnderTest(String name) {
      super(log);
      this.name = name;
      this.sees = up;
      Verdicts verdicts = new Verdicts(this, () -> nowMillis);
      this.runner = new CheckRunner(this, this, verdicts, this, this, () -> nowMillis, () -> 0.5);
      nodes.add(this);
    }

    @Override
    public CompletableFuture<ProbeResult> probe(Target target, CheckSpec spec) {
      probed.add(target.address() + ":" + target.port());
      CompletableFuture<ProbeResult> result = new CompletableFuture<>();
      open.add(result);
      if (!slow) {
        answer(found.getOrDefault(target.address(), ProbeResult.passing("fine")));
      }
      return result;
    }

    void answer(ProbeResult result) {
      open.remove(0).complete(result);
    }

    @Override
    public CompletableFuture<ProbeResult> ask(
        String node, Question question, java.time.Duration within) {
      asked.add(node + " " + question.key().id() + " " + question.check());
      return CompletableFuture.completedFuture(opinion);
    }

    @Override
    public void disputed() {
      disputed++;
    }

    @Override
    public CompletableFuture<Reply> submit(Command command) {
      if (late != null) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        late.add(() -> super.submit(command).thenAccept(reply::complete));
        return reply;
      }
      return unavailable
          ? CompletableFuture.failedFuture(
              new UnavailableException(UnavailableException.Outcome.NOT_DONE, "no quorum"))
          : super.submit(command);
    }

    @Override
    public ClusterStatus status() {
      String leader = log.status().leader() == null ? null : sees.iterator().next();
      return new ClusterStatus(
          name,
          leader,
          1,
          0,
          0,
          0,
          0,
          true,
          members.stream()
              .map(member -> new ClusterStatus.Member(member, sees.contains(member), null))
              .toList());
    }
  }

  private static InstanceKey key(String id) {
    return new InstanceKey("shop", "orders", id);
  }

  private static CheckSpec tcp(String id) {
    return new CheckSpec.Tcp(CheckTerms.of(id));
  }

  private void register(String id, String address, CheckSpec... checks) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new ObjectMapper().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("address", address);
      json.writeNumberField("port", 80);
      if (checks.length > 0) {
        json.writeFieldName(StoredChecks.FIELD);
        CheckJson.write(json, List.of(checks));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    InstanceKey key = key(id);
    Reply reply =
        log.submitElsewhere(
            new Command.Transact(
                List.of(),
                List.of(
                    new Change.Ensure(key.servicePath(), Life.persistent()),
                    new Change.Put(
                        key.path(), Bytes.utf8(text.toString()), Change.attributes(Map.of())))));
    assertTrue(reply instanceof Reply.Done, reply.toString());
  }

  private void deregister(String id) {
    log.submitElsewhere(
        new Command.Transact(List.of(), List.of(new Change.Delete(key(id).path()))));
  }

  private void pass(long millis) {
    for (long passed = 0; passed < millis; passed += 100) {
      nowMillis += 100;
      nodes.forEach(node -> node.runner.tick(nowMillis));
    }
  }

  private Health health(String id, String check) {
    return status(id).health(InstanceStatus.CHECK + check);
  }

  private InstanceStatus status(String id) {
    Node node = log.local().tree().find(key(id).path());
    return InstanceStatus.of(node);
  }

  private long revision() {
    return log.local().revision();
  }

  @Test
  void aNewInstanceIsCriticalUntilItsFirstPass() {
    NodeUnderTest node = new NodeUnderTest("n1");
    register("a", "10.0.0.1", tcp("port"));
    pass(200);
    assertEquals(Health.CRITICAL, health("a", "port"));
    assertEquals("has not been checked yet", status("a").components().get("check:port").output());
    assertEquals(List.of(), node.probed);
    pass(INTERVAL / 2);
    assertEquals(List.of("10.0.0.1:80"), node.probed);
    assertEquals(Health.PASSING, health("a", "port"));
    long revision = revision();
    pass(10 * INTERVAL);
    assertEquals(11, node.probed.size());
    assertEquals(revision, revision(), "what is the same is not written again");
  }

  @Test
  void aVerdictChangesAfterItsThreshold() {
    NodeUnderTest node = new NodeUnderTest("n1");
    register("a", "10.0.0.1", tcp("port"));
    pass(INTERVAL);
    found.put("10.0.0.1", ProbeResult.critical("refused"));
    pass(2 * INTERVAL);
    assertEquals(Health.PASSING, health("a", "port"));
    pass(INTERVAL);
    assertEquals(Health.CRITICAL, health("a", "port"));
    assertEquals("refused", status("a").components().get("check:port").output());
    found.clear();
    pass(INTERVAL);
    assertEquals(Health.PASSING, health("a", "port"));
    assertEquals(1, node.runner.owned());
  }

  @Test
  void whatComesAndGoesTooOftenIsNotBelievedAtOnce() {
    new NodeUnderTest("n1");
    register("a", "10.0.0.1", tcp("port"));
    pass(INTERVAL);
    for (int i = 0; i < 3; i++) {
      assertEquals(Health.PASSING, health("a", "port"), "round " + i);
      found.put("10.0.0.1", ProbeResult.critical("refused"));
      pass(4 * INTERVAL);
      assertEquals(Health.CRITICAL, health("a", "port"), "that it fails is told at once");
      found.clear();
      pass(2 * INTERVAL);
    }
    assertEquals(Health.CRITICAL, health("a", "port"));
    pass(12 * INTERVAL);
    assertEquals(Health.PASSING, health("a", "port"), "well for long enough");
  }

  @Test
  void whatThisNodeCouldNotAskSaysNothing() {
    new NodeUnderTest("n1");
    register("a", "10.0.0.1", tcp("port"));
    pass(INTERVAL);
    found.put("10.0.0.1", new ProbeResult.NotAsked("busy"));
    pass(10 * INTERVAL);
    assertEquals(Health.PASSING, health("a", "port"));
  }

  @Test
  void checksComeAndGoWithTheirRegistration() {
    NodeUnderTest node = new NodeUnderTest("n1");
    register("a", "10.0.0.1", tcp("port"), tcp("again"));
    register("b", "10.0.0.2");
    pass(INTERVAL);
    assertEquals(2, node.runner.owned());
    register("a", "10.0.0.9", tcp("port"));
    register("b", "10.0.0.2", tcp("port"));
    pass(INTERVAL);
    assertEquals(2, node.runner.owned());
    assertEquals(Set.of("10.0.0.1:80", "10.0.0.9:80", "10.0.0.2:80"), new TreeSet<>(node.probed));
    deregister("a");
    register("b", "10.0.0.2");
    pass(200);
    int probed = node.probed.size();
    pass(3 * INTERVAL);
    assertEquals(0, node.runner.owned());
    assertEquals(probed, node.probed.size());
  }

  @Test
  void whatWasRegisteredBeforeIsFound() {
    register("a", "10.0.0.1", tcp("port"));
    NodeUnderTest node = new NodeUnderTest("n1");
    pass(INTERVAL);
    assertEquals(List.of("10.0.0.1:80"), node.probed);
    // A snapshot takes the place of the changes that this node has not seen.
    log.holdBack();
    deregister("a");
    register("c", "10.0.0.3", tcp("port"));
    log.restoreFromSnapshot();
    pass(2_000);
    node.probed.clear();
    pass(2 * INTERVAL);
    assertEquals(Set.of("10.0.0.3:80"), new TreeSet<>(node.probed));
    assertEquals(1, node.runner.owned());
  }

  @Test
  void anOldProbeSaysNothingOfANewRegistration() {
    NodeUnderTest node = new NodeUnderTest("n1");
    slow = true;
    register("a", "10.0.0.1", tcp("port"));
    pass(INTERVAL);
    assertEquals(1, node.runner.underWay());
    deregister("a");
    register("a", "10.0.0.2", tcp("port"));
    pass(200);
    node.answer(ProbeResult.passing("the old one"));
    pass(200);
    assertEquals(Health.CRITICAL, health("a", "port"));
    pass(INTERVAL);
    node.answer(ProbeResult.passing("the new one"));
    pass(200);
    assertEquals(Health.PASSING, health("a", "port"));
  }

  @Test
  void probesOfOneCheckNeverOverlapAndAllTogetherAreBounded() {
    NodeUnderTest node = new NodeUnderTest("n1");
    slow = true;
    for (int i = 0; i < CheckLimits.PROBES_UNDER_WAY_MAX + 10; i++) {
      register("i" + i, "10.0.0.1", tcp("port"));
    }
    pass(5 * INTERVAL);
    assertEquals(CheckLimits.PROBES_UNDER_WAY_MAX, node.runner.underWay());
    assertEquals(CheckLimits.PROBES_UNDER_WAY_MAX, node.probed.size());
    for (int i = 0; i < 10; i++) {
      node.answer(ProbeResult.passing("fine"));
    }
    pass(100);
    assertEquals(CheckLimits.PROBES_UNDER_WAY_MAX + 10, node.probed.size());
  }

  // ---- several nodes

  private void threeNodes() {
    members.clear();
    members.addAll(List.of("n1", "n2", "n3"));
    up.addAll(members);
    members.forEach(NodeUnderTest::new);
  }

  private NodeUnderTest owner(String id, String check) {
    String name = Placement.first(up, Placement.hash(key(id), check));
    return nodes.stream().filter(node -> node.name.equals(name)).findFirst().orElseThrow();
  }

  @Test
  void eachCheckIsRunByOneNodeAndMovesWhenThatGoes() {
    threeNodes();
    for (int i = 0; i < 60; i++) {
      register("i" + i, "10.0.0." + i, tcp("port"));
    }
    pass(INTERVAL);
    for (int i = 0; i < 60; i++) {
      String probe = "10.0.0." + i + ":80";
      assertEquals(1, nodes.stream().filter(node -> node.probed.contains(probe)).count(), probe);
      assertTrue(owner("i" + i, "port").probed.contains(probe));
    }
    assertEquals(60, nodes.stream().mapToInt(node -> node.runner.owned()).sum());
    long revision = revision();
    up.remove("n2");
    NodeUnderTest gone = nodes.remove(1);
    assertTrue(gone.runner.owned() > 0);
    pass(200);
    assertEquals(60, nodes.stream().mapToInt(node -> node.runner.owned()).sum());
    pass(2 * INTERVAL);
    assertEquals(revision, revision(), "who takes a check over knows its verdict");
    up.add("n2");
    nodes.add(gone);
    pass(200);
    assertEquals(60, nodes.stream().mapToInt(node -> node.runner.owned()).sum());
  }

  @Test
  void aNodeThatIsCutOffWritesNothingAndForgetsWhatItFound() {
    threeNodes();
    register("a", "10.0.0.1", tcp("port"));
    pass(INTERVAL);
    NodeUnderTest owner = owner("a", "port");
    nodes.retainAll(List.of(owner)); // the others look away
    found.put("10.0.0.1", ProbeResult.critical("no route"));
    pass(2 * INTERVAL);
    owner.sees = new TreeSet<>(Set.of(owner.name));
    owner.probed.clear();
    pass(10 * INTERVAL);
    assertEquals(List.of(), owner.probed);
    assertEquals(Health.PASSING, health("a", "port"));
    owner.sees = up;
    pass(2 * INTERVAL);
    assertFalse(owner.probed.isEmpty());
    assertEquals(Health.PASSING, health("a", "port"), "two failures before, two after");
    pass(2 * INTERVAL);
    assertEquals(Health.CRITICAL, health("a", "port"));
  }

  @Test
  void aVerdictThatCouldNotBeWrittenIsTriedAgain() {
    NodeUnderTest node = new NodeUnderTest("n1");
    register("a", "10.0.0.1", tcp("port"));
    pass(INTERVAL);
    found.put("10.0.0.1", ProbeResult.critical("refused"));
    pass(2 * INTERVAL);
    node.unavailable = true;
    pass(INTERVAL);
    assertEquals(Health.PASSING, health("a", "port"));
    node.unavailable = false;
    int probed = node.probed.size();
    pass(CheckVerdicts.RETRY_MILLIS + 200);
    assertEquals(Health.CRITICAL, health("a", "port"));
    assertEquals(probed, node.probed.size(), "it took no other probe");
  }

  @Test
  void whatIsFoundWhileAVerdictIsBeingWrittenIsWrittenNext() {
    NodeUnderTest node = new NodeUnderTest("n1");
    register("a", "10.0.0.1", tcp("port"));
    pass(INTERVAL);
    assertEquals(Health.PASSING, health("a", "port"));
    Queue<Runnable> late = new ArrayDeque<>();
    node.late = late;
    found.put("10.0.0.1", ProbeResult.critical("refused"));
    pass(4 * INTERVAL);
    found.clear();
    pass(4 * INTERVAL);
    assertEquals(Health.PASSING, health("a", "port"), "it is on its way");
    node.late = null;
    int probed = node.probed.size();
    late.remove().run();
    assertEquals(Health.CRITICAL, health("a", "port"));
    pass(100);
    assertEquals(Health.PASSING, health("a", "port"));
    assertEquals(probed, node.probed.size(), "it took no other probe");
  }

  @Test
  void whyACheckFailsThatNeverPassedIsTold() {
    NodeUnderTest node = new NodeUnderTest("n1");
    found.put("10.0.0.1", ProbeResult.critical("refused"));
    register("a", "10.0.0.1", tcp("port"));
    pass(INTERVAL);
    assertEquals("refused", status("a").components().get("check:port").output());
    assertEquals(Health.CRITICAL, health("a", "port"));
    long revision = log.local().revision();
    pass(4 * INTERVAL);
    assertEquals(revision, log.local().revision(), "once");
    assertEquals(List.of(), node.asked);
  }

  @Test
  void aCheckThatFindsNothingToSayIsNotWrittenAgainAndAgain() {
    new NodeUnderTest("n1");
    found.put("10.0.0.1", ProbeResult.critical(""));
    register("a", "10.0.0.1", tcp("port"));
    pass(INTERVAL);
    long revision = log.local().revision();
    pass(4 * INTERVAL);
    assertEquals(revision, log.local().revision());
    assertEquals(Health.CRITICAL, health("a", "port"));
  }

  // ---- second opinions

  @Test
  void anotherNodeIsAskedBeforeAnInstanceIsCalledDead() {
    threeNodes();
    CheckSpec spec = new CheckSpec.Tcp(CheckTerms.of("port").withSecondOpinion(true));
    register("a", "10.0.0.1", spec);
    pass(INTERVAL);
    assertEquals(Health.PASSING, health("a", "port"));
    NodeUnderTest owner = owner("a", "port");
    String second = Placement.second(up, Placement.hash(key("a"), "port"));
    assertEquals(List.of(), owner.asked, "the initial verdict needs no opinion");

    found.put("10.0.0.1", ProbeResult.critical("no route"));
    owner.opinion = ProbeResult.passing("fine here");
    pass(3 * INTERVAL);
    assertEquals(List.of(second + " a port"), owner.asked);
    assertEquals(Health.PASSING, health("a", "port"));
    assertEquals(1, owner.disputed);

    owner.opinion = ProbeResult.critical("not here either");
    pass(3 * INTERVAL);
    assertEquals(2, owner.asked.size());
    assertEquals(Health.CRITICAL, health("a", "port"));

    found.clear();
    pass(INTERVAL);
    found.put("10.0.0.1", ProbeResult.critical("no route"));
    owner.opinion = new ProbeResult.NotAsked("busy");
    pass(3 * INTERVAL);
    assertEquals(Health.CRITICAL, health("a", "port"), "who cannot ask does not disagree");
  }
}
