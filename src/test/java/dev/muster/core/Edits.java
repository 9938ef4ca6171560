package dev.muster.core;

import java.util.Map;
import org.pcollections.TreePMap;

/** Changes and values in the few letters that a scenario wants; for static import. */
public final class Edits {
  private Edits() {}

  public static Path path(String text) {
    return Path.of(text);
  }

  public static Change.Create add(String path) {
    return add(path, "");
  }

  public static Change.Create add(String path, String data) {
    return Change.Create.persistent(Path.of(path), Bytes.utf8(data));
  }

  public static Change.Create add(String path, Life life) {
    return new Change.Create(Path.of(path), Bytes.EMPTY, TreePMap.empty(), life, false);
  }

  /** Creates with a suffix: the last segment is the name's beginning. */
  public static Change.Create sequential(String path) {
    return sequential(path, Life.persistent());
  }

  public static Change.Create sequential(String path, Life life) {
    return new Change.Create(Path.of(path), Bytes.EMPTY, TreePMap.empty(), life, true);
  }

  public static Change.Create ephemeral(String path, long session) {
    return add(path, new Life.Ephemeral(session));
  }

  public static Change.Ensure ensure(String path) {
    return ensure(path, Life.persistent());
  }

  public static Change.Ensure ensure(String path, Life life) {
    return new Change.Ensure(Path.of(path), life);
  }

  public static Change.Put put(String path, String data) {
    return put(path, data, Map.of());
  }

  public static Change.Put put(String path, String data, Map<String, String> attributes) {
    return new Change.Put(Path.of(path), Bytes.utf8(data), Change.attributes(attributes));
  }

  public static Change.SetData data(String path, String data) {
    return new Change.SetData(Path.of(path), Bytes.utf8(data));
  }

  public static Change.SetAttributes attributes(String path, Map<String, String> attributes) {
    return new Change.SetAttributes(Path.of(path), Change.attributes(attributes));
  }

  public static Change.Delete delete(String path) {
    return new Change.Delete(Path.of(path));
  }

  public static Change.DeleteSubtree deleteSubtree(String path) {
    return new Change.DeleteSubtree(Path.of(path));
  }

  public static Life ttl(long millis) {
    return new Life.Ttl(millis);
  }
}
