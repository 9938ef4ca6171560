package dev.muster.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Kills the processes it was told of as soon as this JVM is gone, however it went: a shell that
 * reads our pipe sees its end even after a kill -9, which runs no shutdown hook.
 */
final class Guardian {
  // "+1" remembers a process, "-1" forgets it.
  private static final String SCRIPT =
      """
      pids=' '
      while read -r line; do
        case $line in
          +*) pids="$pids${line#+} " ;;
          -*) pids=$(printf '%s' "$pids" | sed "s/ ${line#-} / /") ;;
        esac
      done
      for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
      """;

  private static Guardian instance;

  private final PrintStream pipe;

  private Guardian() throws IOException {
    Process shell =
        new ProcessBuilder("sh", "-c", SCRIPT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    pipe = new PrintStream(shell.getOutputStream(), true, StandardCharsets.US_ASCII);
  }

  private static synchronized Guardian instance() throws IOException {
    if (instance == null) {
      instance = new Guardian();
    }
    return instance;
  }

  static void guard(Process process) throws IOException {
    instance().tell("+" + process.pid());
    var unused =
        process
            .onExit()
            .thenAccept(
                ended -> {
                  try {
                    instance().tell("-" + ended.pid());
                  } catch (IOException e) {
                    // There was a guardian to be told of the start, so there is one now.
                    throw new IllegalStateException(e);
                  }
                });
  }

  private synchronized void tell(String line) {
    pipe.print(line + "\n");
    pipe.flush();
  }
}
