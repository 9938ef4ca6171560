package dev.muster.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.discovery.Leases;
import dev.muster.discovery.Verdicts;
import dev.muster.discovery.check.CheckRunner;
import dev.muster.discovery.check.Prober;
import dev.muster.discovery.check.SecondOpinions;
import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.ClusterStatus.Member;
import dev.muster.ledger.ForwardingLedger;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.UnavailableException.Outcome;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerMetersTest {
  private final LocalLedger state = new LocalLedger(System::currentTimeMillis, Runnable::run);
  private final Watched ledger = new Watched(state);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @AfterEach
  void close() {
    state.close();
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private double lag(String member) {
    return registry.get("muster.member.lag").tag("member", member).gauge().value();
  }

  @Test
  void metersFollowTheState() {
    var unused = new LedgerMeters(registry, ledger);
    assertEquals(0, gauge("muster.revision"));
    assertEquals(1, gauge("muster.tree.nodes"), "the root");
    double emptyBytes = gauge("muster.tree.bytes");
    submit(new Command.OpenSession(1, 5_000, "me", Bytes.EMPTY));
    submit(
        new Command.Transact(
            List.of(),
            List.of(new Change.Put(Path.of("/k"), Bytes.utf8("v"), Change.attributes(Map.of())))));
    submit(new Command.SetDataBudget(2 << 20));
    State local = state.local();
    assertEquals(3, gauge("muster.revision"));
    assertEquals((double) local.applied(), gauge("muster.applied"));
    assertEquals(2, gauge("muster.tree.nodes"));
    assertEquals((double) local.tree().root().subtreeBytes(), gauge("muster.tree.bytes"));
    assertTrue(gauge("muster.tree.bytes") > emptyBytes);
    assertEquals(2 << 20, gauge("muster.tree.budget.bytes"));
    assertEquals(1, gauge("muster.sessions"));
    CompletableFuture<Changes> watch = ledger.changes(Scope.NODE, Path.of("/k"), 9);
    assertEquals(1, gauge("muster.watchers.parked"));
    watch.cancel(false);
    assertEquals(0, gauge("muster.watchers.parked"));
  }

  @Test
  void metersFollowTheCluster() {
    var unused = new LedgerMeters(registry, ledger);
    assertEquals(0, gauge("muster.leader"));
    assertEquals(0, gauge("muster.ready"));
    assertEquals(70, gauge("muster.committed"));
    assertEquals(1_000, gauge("muster.log.bytes"));
    assertEquals(500, gauge("muster.snapshot.bytes"));
    assertEquals(Double.NaN, lag("n2"), "known to the leader only");
    ledger.leader = "n1";
    ledger.lag = 5L;
    assertEquals(1, gauge("muster.leader"));
    assertEquals(1, gauge("muster.ready"));
    assertEquals(5, lag("n2"));
  }

  @Test
  void aClockThatIsBehindIsSeenAndOneThatIsAheadIsNot() {
    var unused = new LedgerMeters(registry, ledger);
    assertEquals(0, gauge("muster.clock.behind.seconds"), "of an empty state's time");
    try (LocalLedger ahead =
        new LocalLedger(() -> System.currentTimeMillis() + 600_000, Runnable::run)) {
      SimpleMeterRegistry others = new SimpleMeterRegistry();
      var unusedToo = new LedgerMeters(others, new Watched(ahead));
      var done = ahead.submit(new Command.SetDataBudget(2 << 20));
      assertTrue(done.isDone());
      double behind = others.get("muster.clock.behind.seconds").gauge().value();
      assertTrue(behind > 500 && behind <= 600, behind + " s");
    }
  }

  @Test
  @SuppressWarnings("deprecation") // the registry that Quarkus' extension brings
  void thePageForOperatorsNamesMetersThatThereAre() throws IOException {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    register(prometheus);
    String scraped = prometheus.scrape();
    String page = Files.readString(java.nio.file.Path.of("docs/operations.md"));
    TreeSet<String> named = new TreeSet<>();
    Pattern.compile("`(muster_[a-z_]+)`")
        .matcher(page)
        .results()
        .forEach(match -> named.add(match.group(1)));
    assertTrue(named.size() >= 10, named.toString());
    named.remove("muster_dns_queries_total"); // DnsProducerTest scrapes it from a node that has DNS
    for (String name : named) {
      assertTrue(
          Pattern.compile("(?m)^" + name + "(_count|_sum)?[ {]").matcher(scraped).find(),
          name + " is on the page and not among the meters:\n" + scraped);
    }
  }

  private void register(MeterRegistry to) {
    var unused = new LedgerMeters(to, ledger);
    CommandMeters commands = new CommandMeters(to);
    commands.answered(new Command.SetDataBudget(1), new Reply.Done(1, List.of()), 1);
    commands.unavailable(Outcome.UNKNOWN);
    Verdicts verdicts = new Verdicts(ledger, () -> 0);
    LeaseMeters.gauges(to, new Leases(ledger, verdicts, () -> 0));
    CheckMeters checks = new CheckMeters(to);
    checks.probed("http", "passing", 1);
    try (CheckRunner runner =
        new CheckRunner(
            ledger, Prober.NONE, verdicts, SecondOpinions.NONE, checks, () -> 0, () -> 0)) {
      CheckMeters.gauges(to, runner);
    }
  }

  private void submit(Command command) {
    assertTrue(state.submit(command).join() instanceof Reply.Done);
  }

  /** A ledger of which the test says how its cluster does. */
  private static final class Watched extends ForwardingLedger {
    @Nullable String leader = "n2";
    @Nullable Long lag;

    Watched(Ledger state) {
      super(state);
    }

    @Override
    public ClusterStatus status() {
      return new ClusterStatus(
          "n1",
          leader,
          1,
          70,
          60,
          1_000,
          500,
          "n1".equals(leader),
          List.of(new Member("n1", true, 0L), new Member("n2", true, lag)));
    }
  }
}
