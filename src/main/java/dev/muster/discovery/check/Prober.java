package dev.muster.discovery.check;

import java.util.concurrent.CompletableFuture;

/** Asks instances how they are. */
public interface Prober {
  /** Of a node that makes no active checks. */
  Prober NONE =
      (target, spec) ->
          CompletableFuture.completedFuture(new ProbeResult.NotAsked("active checks are off"));

  /**
   * Makes one probe. Returns at once; the future ends within the check's timeout or a moment later,
   * on any thread, and never with an exception.
   */
  CompletableFuture<ProbeResult> probe(Target target, CheckSpec spec);

  /**
   * Where to.
   *
   * @param address of the instance: an IP address or a host name
   */
  record Target(String address, int port) {}
}
