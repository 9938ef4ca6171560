package dev.muster.codec;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * Entries that arrive in the order of their keys, on their way into a persistent map: built in one
 * pass ({@link TreePMap#fromSortedMap}) instead of by one search and path copy for each.
 */
final class SortedRun<K extends Comparable<K>, V> {
  private final List<Map.Entry<K, V>> entries;
  private @Nullable K last;

  private SortedRun(int capacity) {
    entries = new ArrayList<>(capacity);
  }

  static <K extends Comparable<K>, V> SortedRun<K, V> start(int capacity) {
    return new SortedRun<>(capacity);
  }

  /** Whether the key comes after all before; nothing is added otherwise. */
  boolean add(K key, V value) {
    if (last != null && last.compareTo(key) >= 0) {
      return false;
    }
    last = key;
    return entries.add(Map.entry(key, value));
  }

  PSortedMap<K, V> toMap() {
    if (entries.isEmpty()) {
      return TreePMap.empty();
    }
    return TreePMap.fromSortedMap(new View<>(entries));
  }

  /** Just enough of a sorted map to be iterated. */
  @SuppressWarnings("JdkObsolete") // what fromSortedMap takes
  private static final class View<K, V> extends AbstractMap<K, V> implements SortedMap<K, V> {
    private final List<Entry<K, V>> entries;

    View(List<Entry<K, V>> entries) {
      this.entries = entries;
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public Iterator<Entry<K, V>> iterator() {
          return entries.iterator();
        }

        @Override
        public int size() {
          return entries.size();
        }
      };
    }

    @Override
    public @Nullable Comparator<? super K> comparator() {
      return null;
    }

    @Override
    public SortedMap<K, V> subMap(K fromKey, K toKey) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<K, V> headMap(K toKey) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<K, V> tailMap(K fromKey) {
      throw new UnsupportedOperationException();
    }

    @Override
    public K firstKey() {
      return entries.get(0).getKey();
    }

    @Override
    public K lastKey() {
      return entries.get(entries.size() - 1).getKey();
    }
  }
}
