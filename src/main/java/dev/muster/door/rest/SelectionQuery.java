package dev.muster.door.rest;

import dev.muster.discovery.DiscoveryLimits;
import dev.muster.discovery.Health;
import dev.muster.discovery.Selection;
import dev.muster.selector.Selector;
import dev.muster.selector.SelectorException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The query parameters that pick instances. */
final class SelectionQuery {
  static final String HEALTH = "health";
  static final String TAG = "tag";
  static final String WHERE = "where";
  static final String PORT = "port";
  static final String ZONE = "zone";
  static final String REGION = "region";
  static final String SPILL_BELOW = "spillBelow";
  static final String SUBSET = "subset";
  static final String CLIENT = "client";

  /** Those that look at one instance at a time. */
  static final Set<String> FILTERS = Set.of(HEALTH, TAG, WHERE, PORT);

  /** Those that look at all of them together. */
  static final Set<String> PREFERENCES = Set.of(ZONE, REGION, SPILL_BELOW, SUBSET, CLIENT);

  private static final int CLIENT_LENGTH_MAX = 128;

  private SelectionQuery() {}

  static Selection of(Query query) {
    return of(query, null);
  }

  /**
   * What is picked.
   *
   * @param worst the health where none is asked for; absent for all, with those that are taken out
   */
  static Selection of(Query query, @Nullable Health worst) {
    Selection.Place near = near(query);
    int subset = number(query, SUBSET, RestLimits.PAGE_ITEMS_MAX);
    String client = query.text(CLIENT, "");
    if (client.length() > CLIENT_LENGTH_MAX || client.isEmpty() != (subset == 0)) {
      throw Query.invalid(
          CLIENT,
          "goes with '"
              + SUBSET
              + "': a name of the consumer, of 1 to "
              + CLIENT_LENGTH_MAX
              + " characters, which its subset depends on");
    }
    int spillBelow = number(query, SPILL_BELOW, RestLimits.PAGE_ITEMS_MAX);
    if (spillBelow > 0 && near == null) {
      throw Query.invalid(SPILL_BELOW, "goes with '" + ZONE + "' or '" + REGION + "'");
    }
    return new Selection(
        worst(query, worst),
        tags(query),
        where(query),
        port(query),
        near,
        spillBelow,
        subset,
        client);
  }

  private static @Nullable Health worst(Query query, @Nullable Health otherwise) {
    String health = query.text(HEALTH);
    if (health == null) {
      return otherwise;
    }
    Health worst = Health.find(health);
    if (worst == null || worst == Health.CRITICAL) {
      throw Query.invalid(
          HEALTH,
          "is 'passing', or 'warning' for those that pass with a warning too; left out for all");
    }
    return worst;
  }

  private static SortedSet<String> tags(Query query) {
    String tags = query.text(TAG);
    if (tags == null) {
      return Collections.emptySortedSet();
    }
    SortedSet<String> wanted = new TreeSet<>(Arrays.asList(tags.split(",", -1)));
    if (wanted.contains("") || wanted.size() > DiscoveryLimits.TAGS_MAX) {
      throw Query.invalid(
          TAG, "is a tag, or several joined by commas that must all be there: v2,canary");
    }
    return wanted;
  }

  private static Selector where(Query query) {
    try {
      return Selector.parse(query.text(WHERE, ""));
    } catch (SelectorException invalid) {
      throw Query.invalid(WHERE, "is no selector: " + invalid.getMessage());
    }
  }

  private static @Nullable String port(Query query) {
    String port = query.text(PORT);
    if (port != null && port.isEmpty()) {
      throw Query.invalid(PORT, "is the name of a port, such as grpc");
    }
    return port;
  }

  private static Selection.@Nullable Place near(Query query) {
    String zone = query.text(ZONE);
    String region = query.text(REGION);
    if ((zone != null && zone.isEmpty()) || (region != null && region.isEmpty())) {
      throw Query.invalid(zone == null ? REGION : ZONE, "is where the consumer is, not empty");
    }
    return zone == null && region == null ? null : new Selection.Place(zone, region);
  }

  private static int number(Query query, String name, int max) {
    return (int) query.number(name, 0, 1, max);
  }
}
