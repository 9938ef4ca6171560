package dev.muster.boot;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.security.Security;

/** Where the process begins. */
@QuarkusMain
public final class Main {
  private Main() {}

  /** Starts a node and runs it until it is told to stop. */
  public static void main(String... arguments) {
    // Quarkus would answer a malformed path with an empty 400; the REST door's Gate looks at every
    // path itself, more strictly, and says what is wrong. Read once, before anything is started.
    System.setProperty("vertx.disableURIValidation", "true");
    // What cannot be read as HTTP is answered by the REST door too: see its StrictRequests.
    System.setProperty("io.netty.bootstrap.extensions", "serviceload");
    // A name server that fails for a moment is asked again by the next check, rather than be taken
    // to have failed for the 10 seconds that follow. Read once, when the first name is looked up.
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    Quarkus.run(null, StartFailures::exit, arguments);
  }
}
