package dev.muster.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which instances of a service are asked for, and in which order. Immutable; the servers check what
 * it says, and keep what does not fit to themselves: of what changes there nobody is told.
 *
 * <pre>{@code
 * Selection.passing().withTags("v2").where("!tag.canary").near("eu-1a", "eu-1").spillBelow(3)
 * }</pre>
 */
public final class Selection {
  private static final Selection ALL = new Selection(Map.of());
  private static final Selection PASSING = ALL.with("health", "passing");

  private final Map<String, String> parameters;

  private Selection(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /** Those that new traffic goes to, by id. */
  public static Selection passing() {
    return PASSING;
  }

  /** Those, and those that pass with a warning. */
  public static Selection passingOrWarning() {
    return ALL.with("health", "warning");
  }

  /** All, also those that no traffic goes to: critical, drained, in maintenance. */
  public static Selection all() {
    return ALL;
  }

  /** Those that have all of these tags. */
  public Selection withTags(String... tags) {
    return with("tag", String.join(",", List.of(tags)));
  }

  /**
   * Those that meet a selector, such as {@code version in (2.0, 2.1), !tag.canary}: see
   * docs/service-discovery.md.
   */
  public Selection where(String selector) {
    return with("where", selector);
  }

  /** Those that have a port of this name. */
  public Selection withPort(String name) {
    return with("port", name);
  }

  /**
   * The nearest first: those of the consumer's zone, then of its region, then the rest.
   *
   * @param zone where the consumer is; empty if it does not know
   * @param region empty if it does not know
   */
  public Selection near(String zone, String region) {
    return with("zone", zone).with("region", region);
  }

  /** What is farther is left out as long as the nearer are at least this many. */
  public Selection spillBelow(int count) {
    return with("spillBelow", Integer.toString(count));
  }

  /**
   * At most so many, always the same ones for this name, spread evenly over all consumers.
   *
   * @param consumer names whoever asks; best what outlives a restart
   */
  public Selection subset(int count, String consumer) {
    return with("subset", Integer.toString(count)).with("client", consumer);
  }

  private Selection with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(parameters);
    if (value.isEmpty()) {
      more.remove(name);
    } else {
      more.put(name, value);
    }
    return new Selection(more);
  }

  /** As a query, which never is empty and goes on with {@code &}. */
  String query() {
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            query.append(name).append('=').append(Paths.encode(value, "")).append('&'));
    return query.append("limit=").append(Limits.INSTANCE_PAGE_SIZE).toString();
  }

  @Override
  public String toString() {
    return parameters.isEmpty() ? "all" : parameters.toString();
  }
}
