package dev.muster.config.effective;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** There is no effective configuration, since what it would be made of contradicts itself. */
public final class EffectiveException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why there is none. */
  public enum Reason {
    /** Items include, or properties refer to, each other in a circle. */
    REFERENCE_CYCLE,
    /** An item includes another that does not exist. */
    UNKNOWN_INCLUDE,
    /** An item is not what its type says, or has no properties. */
    UNREADABLE_LAYER,
    /** It passes one of {@link EffectiveLimits}. */
    TOO_LARGE
  }

  /** A place that explains. */
  public record Place(String item, int line) {}

  private final Reason reason;
  private final transient Map<String, Object> facts = new LinkedHashMap<>();

  EffectiveException(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  static EffectiveException tooLarge(String what, long max) {
    return new EffectiveException(
            Reason.TOO_LARGE,
            "the configuration has %s; at most %,d are taken".formatted(what, max))
        .with("max", max);
  }

  static EffectiveException cycle(String what, List<String> cycle, List<Place> places) {
    return new EffectiveException(
            Reason.REFERENCE_CYCLE,
            "%s lead back to themselves: %s".formatted(what, String.join(" -> ", cycle)))
        .with("cycle", List.copyOf(cycle))
        .with("places", List.copyOf(places));
  }

  EffectiveException with(String name, Object value) {
    facts.put(name, value);
    return this;
  }

  public Reason reason() {
    return reason;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  /** For programs: {@code item}, {@code line}, {@code cycle} and the like. */
  public Map<String, Object> facts() {
    return Collections.unmodifiableMap(facts);
  }
}
