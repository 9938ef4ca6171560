package dev.muster.discovery;

import dev.muster.core.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * What Muster knows of an instance, beside what that says of itself. It is kept in the attributes
 * of the instance's node, so that registering again leaves it alone, and a new process under the
 * same id starts without it. Immutable.
 *
 * @param components each thing that is looked at: {@link #LEASE}, {@link #HEARTBEAT}, and {@link
 *     #CHECK} with the id of each active check. One that was never looked at, or always passed, may
 *     be missing.
 * @param history the last changes of the verdict, the newest last
 * @param drainingSinceMillis since when it gets no new traffic on somebody's wish
 * @param maintenance why its host gets no traffic
 * @param kept whether it is served though it is critical: it is one of too many that failed at once
 */
public record InstanceStatus(
    SortedMap<String, Component> components,
    List<HealthChange> history,
    @Nullable Long drainingSinceMillis,
    @Nullable String maintenance,
    @Nullable Kept kept) {
  /** The component that is critical while the instance is not heard of. */
  public static final String LEASE = "lease";

  /** The component of what the instance says of itself with its heartbeats. */
  public static final String HEARTBEAT = "heartbeat";

  /** Before the id of a check, in the name of its component. */
  public static final String CHECK = "check:";

  /** What a check says until a probe has found out something. */
  public static final String NOT_CHECKED = "has not been checked yet";

  static final String HEALTH_ATTRIBUTE = "health";
  static final String STATUS_ATTRIBUTE = "status";
  static final String HISTORY_ATTRIBUTE = "history";
  static final String DRAINING_ATTRIBUTE = "draining";
  static final String MAINTENANCE_ATTRIBUTE = "maintenance";
  static final String KEPT_ATTRIBUTE = "kept";

  private static final InstanceStatus NONE =
      new InstanceStatus(Collections.emptySortedMap(), List.of(), null, null, null);

  public InstanceStatus {
    components = Collections.unmodifiableSortedMap(new TreeMap<>(components));
    history = List.copyOf(history);
  }

  /** What was found out about one thing. */
  public record Component(Health health, long sinceMillis, String output) {}

  /**
   * A change of the verdict.
   *
   * @param component what changed it
   * @param reason for people: what that had to tell
   */
  public record HealthChange(long atMillis, Health health, String component, String reason) {}

  /** What failed as a whole, so that its last known good instances are served on. */
  public enum Kept {
    SERVICE("service"),
    ZONE("zone");

    private final String text;

    Kept(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** Of an instance that nobody has anything to say about. */
  public static InstanceStatus none() {
    return NONE;
  }

  public static InstanceStatus of(Node node) {
    return of(node.attributes());
  }

  static InstanceStatus of(Map<String, String> attributes) {
    String status = attributes.get(STATUS_ATTRIBUTE);
    String history = attributes.get(HISTORY_ATTRIBUTE);
    String draining = attributes.get(DRAINING_ATTRIBUTE);
    String maintenance = attributes.get(MAINTENANCE_ATTRIBUTE);
    String kept = attributes.get(KEPT_ATTRIBUTE);
    if (status == null && history == null && draining == null && maintenance == null) {
      return NONE;
    }
    return new InstanceStatus(
        status == null ? Collections.emptySortedMap() : StatusJson.components(status),
        history == null ? List.of() : StatusJson.history(history),
        draining == null ? null : Long.valueOf(draining),
        maintenance,
        kept(kept));
  }

  // ---- what lists need, without reading the rest

  /** The verdict about the instance of a node. */
  public static Health health(Node node) {
    String health = node.attributes().get(HEALTH_ATTRIBUTE);
    Health found = health == null ? null : Health.find(health);
    return found == null ? Health.PASSING : found;
  }

  /**
   * What keeps the instance of a node in traffic though it is critical; nothing if nothing does.
   */
  public static @Nullable Kept kept(Node node) {
    return kept(node.attributes().get(KEPT_ATTRIBUTE));
  }

  private static @Nullable Kept kept(@Nullable String text) {
    return text == null ? null : text.equals(Kept.ZONE.text) ? Kept.ZONE : Kept.SERVICE;
  }

  public static boolean isKept(Node node) {
    return node.attributes().containsKey(KEPT_ATTRIBUTE);
  }

  /** Whether the host of the instance of a node is maintained. */
  static boolean isMaintained(Node node) {
    return node.attributes().containsKey(MAINTENANCE_ATTRIBUTE);
  }

  /** Whether somebody has taken the instance of a node out of traffic, as well as it may be. */
  public static boolean isOut(Node node) {
    return node.attributes().containsKey(DRAINING_ATTRIBUTE) || isMaintained(node);
  }

  /**
   * Whether the instance of a node belongs to those that new traffic goes to: not taken out, and
   * not worse than {@code worst}, or kept in spite of it.
   */
  public static boolean isServed(Node node, Health worst) {
    return !isOut(node) && (health(node).compareTo(worst) <= 0 || isKept(node));
  }

  // ---- verdicts

  /** The worst of all components. */
  public Health health() {
    Health worst = Health.PASSING;
    for (Component component : components.values()) {
      worst = worst.or(component.health());
    }
    return worst;
  }

  /** What is known of one thing; passing for ever where nothing was said. */
  public Health health(String component) {
    Component known = components.get(component);
    return known == null ? Health.PASSING : known.health();
  }

  /**
   * One thing was found to be in this health. Nothing changes if it was before, but that the first
   * thing that is found out takes the place of {@link #NOT_CHECKED}.
   */
  public InstanceStatus with(String component, Health health, String output, long nowMillis) {
    if (health(component) == health && (!isUnchecked(component) || output.equals(NOT_CHECKED))) {
      return this;
    }
    SortedMap<String, Component> others = new TreeMap<>(components);
    String told = StatusJson.bounded(output, DiscoveryLimits.OUTPUT_BYTES_MAX);
    others.put(component, new Component(health, nowMillis, told));
    return following(others, component, told, nowMillis);
  }

  /** Whether nobody has found out anything about one thing yet. */
  public boolean isUnchecked(String component) {
    Component known = components.get(component);
    return known != null && known.output().equals(NOT_CHECKED);
  }

  /** Without the components that a test refuses: checks that exist no more. */
  InstanceStatus retaining(Predicate<String> component, long nowMillis) {
    SortedMap<String, Component> others = new TreeMap<>(components);
    return others.keySet().removeIf(name -> !component.test(name))
        ? following(others, "registration", "checks were removed", nowMillis)
        : this;
  }

  private InstanceStatus following(
      SortedMap<String, Component> others, String component, String reason, long nowMillis) {
    InstanceStatus changed =
        new InstanceStatus(others, history, drainingSinceMillis, maintenance, kept);
    Health verdict = changed.health();
    if (verdict == health()) {
      return changed;
    }
    List<HealthChange> longer = new ArrayList<>(history);
    String why = StatusJson.bounded(reason, DiscoveryLimits.REASON_BYTES_MAX);
    longer.add(new HealthChange(nowMillis, verdict, component, why));
    int surplus = Math.max(0, longer.size() - DiscoveryLimits.HISTORY_MAX);
    return new InstanceStatus(
        others,
        longer.subList(surplus, longer.size()),
        drainingSinceMillis,
        maintenance,
        verdict == Health.CRITICAL ? kept : null);
  }

  public InstanceStatus withDraining(@Nullable Long sinceMillis) {
    return new InstanceStatus(components, history, sinceMillis, maintenance, kept);
  }

  public InstanceStatus withMaintenance(@Nullable String why) {
    return new InstanceStatus(components, history, drainingSinceMillis, why, kept);
  }

  public InstanceStatus withKept(@Nullable Kept by) {
    return new InstanceStatus(components, history, drainingSinceMillis, maintenance, by);
  }

  /** All of a node's attributes with this status instead of the one in them. */
  public PSortedMap<String, String> in(PSortedMap<String, String> attributes) {
    PSortedMap<String, String> all = attributes;
    Health verdict = health();
    all = put(all, HEALTH_ATTRIBUTE, verdict == Health.PASSING ? null : verdict.text());
    all =
        put(
            all,
            STATUS_ATTRIBUTE,
            components.isEmpty() ? null : StatusJson.writeComponents(components));
    all = put(all, HISTORY_ATTRIBUTE, history.isEmpty() ? null : StatusJson.writeHistory(history));
    all =
        put(
            all,
            DRAINING_ATTRIBUTE,
            drainingSinceMillis == null ? null : Long.toString(drainingSinceMillis));
    all = put(all, MAINTENANCE_ATTRIBUTE, maintenance);
    return put(all, KEPT_ATTRIBUTE, kept == null ? null : kept.text);
  }

  PSortedMap<String, String> attributes() {
    return in(TreePMap.empty());
  }

  private static PSortedMap<String, String> put(
      PSortedMap<String, String> attributes, String name, @Nullable String value) {
    return value == null ? attributes.minus(name) : attributes.plus(name, value);
  }
}
