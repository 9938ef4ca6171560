package dev.muster.discovery.check;

import dev.muster.core.PlainText;
import dev.muster.discovery.Health;
import java.nio.charset.StandardCharsets;

/** What came of a probe. */
public sealed interface ProbeResult {

  /**
   * The instance was asked.
   *
   * @param output for people; plain, and at most {@link CheckLimits#OUTPUT_BYTES_MAX}
   */
  record Found(Health health, String output) implements ProbeResult {
    public Found {
      output = plain(output);
    }
  }

  /** This node could not ask; it says nothing of the instance. */
  record NotAsked(String reason) implements ProbeResult {}

  static Found passing(String output) {
    return new Found(Health.PASSING, output);
  }

  static Found critical(String output) {
    return new Found(Health.CRITICAL, output);
  }

  private static String plain(String output) {
    StringBuilder plain = new StringBuilder();
    int bytes = 0;
    for (int i = 0; i < output.length(); ) {
      String point = Character.toString(output.codePointAt(i));
      i += point.length();
      String shown = PlainText.firstFault(point).isPresent() ? " " : point;
      bytes += shown.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > CheckLimits.OUTPUT_BYTES_MAX) {
        break;
      }
      plain.append(shown);
    }
    return plain.toString();
  }
}
