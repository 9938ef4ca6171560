package dev.muster.config;

import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;

/**
 * How much of the history of its items a namespace keeps. A release goes, the oldest first,
 *
 * <ul>
 *   <li>if the item has more than {@code releasesMax}, or more than {@link
 *       ConfigLimits#RELEASES_BYTES_MAX} bytes of them;
 *   <li>if it has not been in force for {@code days}: the one that was when they began stays, so
 *       that what the item was at any time since is known.
 * </ul>
 *
 * The newest stays, and the newest content, which is what a deleted item is restored from. The
 * whole history of an item goes {@code deletedDays} after its deletion.
 *
 * @param days 0 for ever
 */
public record Retention(int releasesMax, int days, int deletedDays) {
  public static final Retention DEFAULT =
      new Retention(ConfigLimits.RELEASES_KEPT_DEFAULT, 0, ConfigLimits.DELETED_DAYS_DEFAULT);

  /**
   * Old ones go several at once when an item is written, and a few too many are kept until then:
   * concurrent writers of an item then seldom drop the same ones.
   */
  private static final int DROPPED_BY_A_WRITE_MAX = 16;

  private static final String RELEASES_MAX = "history.releases-max";
  private static final String DAYS = "history.days";
  private static final String DELETED_DAYS = "history.deleted-days";

  /**
   * What a writer wants of it; what is absent stays.
   *
   * @param days 0 for ever
   */
  public record Wish(
      @Nullable Integer releasesMax, @Nullable Integer days, @Nullable Integer deletedDays) {
    public static final Wish NONE = new Wish(null, null, null);

    public Wish {
      if (releasesMax != null) {
        Limits.between(
            "history.releasesMax", releasesMax, 1, ConfigLimits.RELEASES_KEPT_MAX, "releases");
      }
      if (days != null) {
        Limits.between("history.days", days, 0, ConfigLimits.HISTORY_DAYS_MAX, "days");
      }
      if (deletedDays != null) {
        Limits.between(
            "history.deletedDays", deletedDays, 1, ConfigLimits.HISTORY_DAYS_MAX, "days");
      }
    }

    /** Attributes of a namespace, with those of another one's history replaced as wished. */
    PSortedMap<String, String> in(
        PSortedMap<String, String> attributes, PSortedMap<String, String> before) {
      PSortedMap<String, String> all = attributes;
      all = with(all, RELEASES_MAX, releasesMax, before);
      all = with(all, DAYS, days, before);
      return with(all, DELETED_DAYS, deletedDays, before);
    }

    private static PSortedMap<String, String> with(
        PSortedMap<String, String> attributes,
        String name,
        @Nullable Integer wished,
        PSortedMap<String, String> before) {
      String value = wished == null ? before.get(name) : wished.toString();
      return value == null ? attributes : attributes.plus(name, value);
    }
  }

  /** A namespace's; the default if it says nothing. */
  static Retention of(State state, String namespace) {
    Node node = Namespaces.find(state, namespace);
    return node == null ? DEFAULT : of(node);
  }

  /** A namespace's, given its node. */
  public static Retention of(Node namespace) {
    return new Retention(
        number(namespace, RELEASES_MAX, DEFAULT.releasesMax),
        number(namespace, DAYS, DEFAULT.days),
        number(namespace, DELETED_DAYS, DEFAULT.deletedDays));
  }

  private static int number(Node namespace, String attribute, int otherwise) {
    String text = namespace.attributes().get(attribute);
    return text == null ? otherwise : Integer.parseInt(text);
  }

  // ---- what goes

  /** The names of the releases that go when another one is made. */
  List<String> droppedBy(Releases.Action action, int contentBytes, Node history, long nowMillis) {
    int kept = history.children().size() + 1;
    boolean slack = kept <= releasesMax + DROPPED_BY_A_WRITE_MAX;
    // A deletion is restored from the content that it ends; any other release is a content itself.
    boolean keepsNewest = action == Releases.Action.DELETED;
    return dropped(
        history,
        new Surplus(slack ? 0 : kept - releasesMax, surplusBytes(history, contentBytes)),
        keepsNewest ? history.children().lastKey() : null,
        nowMillis,
        DROPPED_BY_A_WRITE_MAX);
  }

  /** The names of the releases that need not be kept any more, some of them if they are many. */
  List<String> dropped(Node history, long nowMillis, int atMost) {
    return dropped(
        history,
        new Surplus(history.children().size() - releasesMax, surplusBytes(history, 0)),
        Releases.newestContent(history),
        nowMillis,
        atMost);
  }

  /** Whether the item is deleted, and was so long ago that its history goes as a whole. */
  boolean isOver(Node history, long nowMillis) {
    Node newest = history.child(history.children().lastKey());
    return newest != null
        && Releases.action(newest) == Releases.Action.DELETED
        && newest.stat().createdMillis() < nowMillis - TimeUnit.DAYS.toMillis(deletedDays);
  }

  private record Surplus(int releases, long bytes) {}

  private static long surplusBytes(Node history, int added) {
    long bytes = added - ConfigLimits.RELEASES_BYTES_MAX;
    if (history.subtreeBytes() + bytes <= 0) {
      return 0; // the sum with all that is around the contents is known, and small enough
    }
    for (Node release : history.children().values()) {
      bytes += release.data().length();
    }
    return bytes;
  }

  /**
   * A beginning of the history.
   *
   * @param first that stays in any case; absent for none
   */
  private List<String> dropped(
      Node history, Surplus surplus, @Nullable String first, long nowMillis, int atMost) {
    long windowMillis = days == 0 ? Long.MIN_VALUE : nowMillis - TimeUnit.DAYS.toMillis(days);
    List<String> dropped = new ArrayList<>();
    int releases = surplus.releases;
    long bytes = surplus.bytes;
    Iterator<Map.Entry<String, Node>> oldest = history.children().entrySet().iterator();
    Map.@Nullable Entry<String, Node> release = oldest.hasNext() ? oldest.next() : null;
    while (release != null && dropped.size() < atMost && !release.getKey().equals(first)) {
      Map.@Nullable Entry<String, Node> next = oldest.hasNext() ? oldest.next() : null;
      boolean old = next != null && next.getValue().stat().createdMillis() <= windowMillis;
      if (releases <= 0 && bytes <= 0 && !old) {
        break;
      }
      dropped.add(release.getKey());
      releases--;
      bytes -= release.getValue().data().length();
      release = next;
    }
    return dropped;
  }
}
