package dev.muster.probe;

import dev.muster.discovery.check.CheckSpec;
import dev.muster.discovery.check.ProbeResult;
import dev.muster.discovery.check.Prober;
import dev.muster.discovery.check.TlsTerms;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One probe under way. It ends once: by the first result, or by its timeout, whatever the server
 * does; what it has opened is closed then. May be called from any thread.
 */
final class Attempt {
  private final Prober.Target target;
  private final CheckSpec spec;
  private final Vertx vertx;
  private final CompletableFuture<ProbeResult> result = new CompletableFuture<>();
  private final long timer;
  private volatile String stage = "waiting for its turn";
  private volatile @Nullable ProbeResult known;

  /** Guarded by this; absent once it has ended. */
  private @Nullable List<Runnable> closings = new ArrayList<>();

  /** Its time begins to run. */
  Attempt(Vertx vertx, Prober.Target target, CheckSpec spec) {
    this.vertx = vertx;
    this.target = target;
    this.spec = spec;
    this.known = new ProbeResult.NotAsked("the node was too busy to begin");
    this.timer = vertx.setTimer(spec.terms().timeoutMillis(), id -> timedOut());
  }

  Prober.Target target() {
    return target;
  }

  CheckSpec spec() {
    return spec;
  }

  Vertx vertx() {
    return vertx;
  }

  CompletableFuture<ProbeResult> result() {
    return result;
  }

  int timeoutMillis() {
    return (int) spec.terms().timeoutMillis();
  }

  /** From now on the instance is asked, and silence is its fault. */
  void begun(String what) {
    stage = what;
    known = null;
  }

  /** What it does now, for people who read of a timeout. */
  void stage(String what) {
    stage = what;
  }

  /** What the result is unless something better comes before the timeout. */
  void known(ProbeResult unlessBetter) {
    known = unlessBetter;
  }

  boolean isOver() {
    return result.isDone();
  }

  /** What is to be closed at the end; at once if it is over. */
  void closing(Runnable closing) {
    synchronized (this) {
      if (closings != null) {
        closings.add(closing);
        return;
      }
    }
    closing.run();
  }

  void finish(ProbeResult found) {
    List<Runnable> toClose;
    synchronized (this) {
      toClose = closings;
      closings = null;
    }
    if (toClose == null) {
      return;
    }
    vertx.cancelTimer(timer);
    toClose.forEach(Runnable::run);
    result.complete(found);
  }

  /** The server, or the way to it, did something that is no answer. */
  void failed(Throwable why) {
    ProbeResult soFar = known;
    finish(soFar != null ? soFar : ProbeResult.critical(stage + ": " + describe(why)));
  }

  private void timedOut() {
    ProbeResult soFar = known;
    finish(
        soFar != null
            ? soFar
            : ProbeResult.critical(
                "no answer within %d ms: %s".formatted(spec.terms().timeoutMillis(), stage)));
  }

  /**
   * Where the judged address is: nothing is looked up again.
   *
   * @param name what the server is called, in the request and by TLS
   */
  SocketAddress socketAddress(InetAddress judged, String name) {
    try {
      InetAddress named = InetAddress.getByAddress(name, judged.getAddress());
      return SocketAddress.inetSocketAddress(new InetSocketAddress(named, target.port()));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of another length", impossible);
    }
  }

  /** What the server is called by TLS; its address if the check does not say. */
  String serverName() {
    TlsTerms tls = spec.tls();
    String name = tls == null ? null : tls.serverName();
    return name == null ? target.address() : name;
  }

  /** What happened, and what was behind it: of a failed handshake only that tells why. */
  static String describe(Throwable why) {
    Throwable cause = why.getCause();
    String message = why.getMessage();
    String told = message == null || message.isBlank() ? why.getClass().getSimpleName() : message;
    return cause == null || told.contains(String.valueOf(cause.getMessage()))
        ? told
        : told + ": " + cause.getMessage();
  }
}
