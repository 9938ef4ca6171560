package dev.muster.client;

/**
 * What the servers know of an instance, beside what that says of itself.
 *
 * @param isKept it is served though it is critical: too many of its service fell silent at once
 * @param isDraining somebody has taken it out of traffic, so that it can leave
 * @param maintenance why its host gets no traffic; empty if nothing of that kind is the case
 */
public record Standing(Health health, boolean isKept, boolean isDraining, String maintenance) {
  /** Of an instance that there is nothing to say about. */
  public static final Standing PASSING = new Standing(Health.PASSING, false, false, "");
}
