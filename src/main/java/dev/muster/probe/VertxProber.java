package dev.muster.probe;

import dev.muster.discovery.check.AddressPolicy;
import dev.muster.discovery.check.AddressRefusedException;
import dev.muster.discovery.check.CheckLimits;
import dev.muster.discovery.check.CheckSpec;
import dev.muster.discovery.check.ProbeResult;
import dev.muster.discovery.check.Prober;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Probes by Vert.x' clients, on event loops of their own: probes that come back in thousands do not
 * hold up requests, and the meters of the server's Vert.x do not get a series for each path that
 * somebody registers.
 */
public final class VertxProber implements Prober, AutoCloseable {
  private static final int EVENT_LOOPS = 2;
  private static final int LOOKUPS_AT_ONCE_MAX = 8;
  private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|.*:.*");

  private final AddressPolicy policy;
  private final NameResolver resolver;
  private final Vertx vertx;
  private final ThreadPoolExecutor lookups;

  /**
   * @param policy judges every address right before it is connected to
   */
  public VertxProber(AddressPolicy policy) {
    this(policy, NameResolver.SYSTEM);
  }

  VertxProber(AddressPolicy policy, NameResolver resolver) {
    this.policy = policy;
    this.resolver = resolver;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    this.lookups =
        new ThreadPoolExecutor(
            LOOKUPS_AT_ONCE_MAX,
            LOOKUPS_AT_ONCE_MAX,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(2 * CheckLimits.PROBES_UNDER_WAY_MAX),
            task -> {
              Thread thread = new Thread(task, "muster-check-lookup");
              thread.setDaemon(true);
              return thread;
            });
    lookups.allowCoreThreadTimeOut(true);
  }

  @Override
  public CompletableFuture<ProbeResult> probe(Target target, CheckSpec spec) {
    Attempt attempt = new Attempt(vertx, target, spec);
    if (NUMERIC.matcher(target.address()).matches()) {
      lookUp(attempt, NameResolver.SYSTEM); // reads the numbers, asks nobody
      return attempt.result();
    }
    try {
      lookups.execute(() -> lookUp(attempt, resolver));
    } catch (RejectedExecutionException full) {
      attempt.finish(new ProbeResult.NotAsked("too many names are being looked up"));
    }
    return attempt.result();
  }

  private void lookUp(Attempt attempt, NameResolver by) {
    if (attempt.isOver()) {
      return;
    }
    String name = attempt.target().address();
    // Names are not the instance's business: that they are slow says nothing of it.
    attempt.known(new ProbeResult.NotAsked("looking up " + name + " took too long"));
    try {
      List<InetAddress> resolved = by.resolve(name);
      InetAddress judged = policy.judge(resolved);
      if (!attempt.isOver()) {
        attempt.begun("connecting to " + judged.getHostAddress() + ":" + attempt.target().port());
        start(attempt, judged);
      }
    } catch (UnknownHostException unknown) {
      attempt.finish(
          isNameServersFault(name, unknown)
              ? new ProbeResult.NotAsked("no name server answers for " + name)
              : ProbeResult.critical("the host name " + name + " is not known"));
    } catch (AddressRefusedException refused) {
      attempt.finish(ProbeResult.critical(Attempt.describe(refused)));
    } catch (RuntimeException unexpected) {
      attempt.failed(unexpected);
    }
  }

  /**
   * The JDK tells EAI_AGAIN of getaddrinfo(3) from EAI_NONAME by its text alone, which is the C
   * library's (glibc, musl). What it has cached of a failure has no text but the name, and may be
   * either.
   */
  private static boolean isNameServersFault(String name, UnknownHostException unknown) {
    String message = unknown.getMessage();
    return message == null
        || message.equals(name)
        || message.endsWith("Temporary failure in name resolution")
        || message.endsWith("Try again");
  }

  private static void start(Attempt attempt, InetAddress judged) {
    CheckSpec spec = attempt.spec();
    if (spec instanceof CheckSpec.Http http) {
      HttpProbe.run(attempt, http, judged);
    } else if (spec instanceof CheckSpec.Grpc grpc) {
      GrpcProbe.run(attempt, grpc, judged);
    } else {
      TcpProbe.run(attempt, judged);
    }
  }

  @Override
  public void close() {
    lookups.shutdownNow();
    vertx.close();
  }
}
