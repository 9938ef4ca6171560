package dev.muster.config;

import dev.muster.config.Checks.Violation;
import dev.muster.config.Schemas.Schema;
import dev.muster.config.Schemas.Scope;
import dev.muster.core.Bytes;
import dev.muster.core.Guard;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.format.Format;
import dev.muster.format.SchemaCheck;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The items that a new schema covers. Looked through once for each attempt to write it; a content
 * that was found to be in order is not checked again, so that a namespace in which much is
 * published gets its schema all the same. For one thread at a time.
 */
final class ExistingItems {
  /** An item and the first place where it violates the schema. */
  record ItemViolation(String item, String pointer, int line, String message) {}

  private final String target;
  private final Scope scope;
  private final SchemaCheck check;
  private final boolean mayViolate;
  private final Path path;

  /** Contents that satisfy the schema, with the type that they do so as. */
  private final IdentityHashMap<Bytes, Format> satisfying = new IdentityHashMap<>();

  private final List<ItemViolation> violations = new ArrayList<>();
  private int items;
  private long bytes;
  private long startNanos;

  ExistingItems(
      String namespace, String target, Scope scope, SchemaCheck check, boolean mayViolate) {
    this.target = target;
    this.scope = scope;
    this.check = check;
    this.mayViolate = mayViolate;
    this.path = Configs.path(namespace, target);
  }

  String target() {
    return target;
  }

  /** Why the schema cannot be; absent if what it covers satisfies it, or may violate it. */
  Outcome.@Nullable Refused check(State state) {
    Node node = state.tree().find(path);
    if (mayViolate || node == null) {
      return null;
    }
    violations.clear();
    items = 0;
    bytes = 0;
    startNanos = System.nanoTime();
    if (scope == Scope.ITEM) {
      look(target, node);
    } else {
      below(target, node);
    }
    return violations.isEmpty()
        ? null
        : new Outcome.Refused(
            Outcome.Reason.ITEMS_VIOLATE_SCHEMA,
            "the item '"
                + violations.get(0).item
                + "' violates the schema: "
                + violations.get(0).message()
                + " Publish what satisfies it first, or use ?existing=allow",
            -1,
            Map.of("problems", List.copyOf(violations)));
  }

  private void below(String name, Node folder) {
    for (Map.Entry<String, Node> child : folder.children().entrySet()) {
      if (violations.size() == ConfigLimits.VIOLATIONS_MAX) {
        return;
      }
      String childName = name + '/' + child.getKey();
      look(childName, child.getValue());
      below(childName, child.getValue());
    }
  }

  private void look(String name, Node node) {
    if (!Configs.isItem(node)) {
      return;
    }
    Content content = Content.of(node);
    items++;
    bytes += content.data().length();
    Limits.atMost("schema.items", items, ConfigLimits.SCHEMA_ITEMS_MAX, "items to check");
    Limits.atMost(
        "schema.items.bytes", bytes, ConfigLimits.SCHEMA_ITEMS_BYTES_MAX, "bytes to check");
    Limits.atMost(
        "schema.items.time",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos),
        ConfigLimits.SCHEMA_ITEMS_MILLIS_MAX,
        "ms of checking");
    if (content.format(name) == satisfying.get(content.data())) {
      return;
    }
    List<Violation> found =
        Checks.violations(name, new Schema(target, scope, node), check, content);
    if (found.isEmpty()) {
      satisfying.put(content.data(), content.format(name));
    } else {
      Violation first = found.get(0);
      violations.add(new ItemViolation(name, first.pointer(), first.line(), first.message()));
    }
  }

  /** Holds as long as nothing else is covered than was looked at. */
  Optional<Guard> unchanged(State state) {
    if (mayViolate) {
      return Optional.empty();
    }
    Node node = state.tree().find(path);
    if (node == null) {
      return Optional.of(new Guard.Absent(path));
    }
    return Optional.of(
        scope == Scope.ITEM
            ? new Guard.Modified(path, node.stat().modifiedRevision())
            : new Guard.Unchanged(path, node.stat().subtreeRevision()));
  }
}
