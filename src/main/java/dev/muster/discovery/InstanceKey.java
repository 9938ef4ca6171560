package dev.muster.discovery;

import dev.muster.core.Node;
import dev.muster.core.Path;
import java.util.SortedMap;

/** Which instance: its place in the tree. */
public record InstanceKey(String namespace, String service, String id) {
  /** Where the services of all namespaces are. */
  public static final Path SERVICES = Path.of("/services");

  /** Ids start with a letter or a digit; other children start with a dot, which sorts before. */
  private static final String FIRST_ID = "0";

  private static final String BEFORE_FIRST_ID = "/";

  /**
   * @throws InvalidInstanceException if a name is none
   */
  public InstanceKey {
    DiscoveryLimits.checkName("namespace", namespace);
    DiscoveryLimits.checkName("service", service);
    DiscoveryLimits.checkName("id", id);
  }

  /** The instance whose node is at a path. */
  static InstanceKey of(Path node) {
    return new InstanceKey(node.segment(1), node.segment(2), node.name());
  }

  /** Where a namespace's services are; there as long as the namespace is. */
  public static Path namespacePath(String namespace) {
    return child(SERVICES, "namespace", namespace);
  }

  /** Where a service's instances are. */
  public static Path servicePath(String namespace, String service) {
    return child(namespacePath(namespace), "service", service);
  }

  /**
   * The instances below the node of a service, by id: all children but those that hold what is
   * known of the service as a whole.
   */
  public static SortedMap<String, Node> instances(Node service) {
    return service.children().tailMap(FIRST_ID);
  }

  /** As {@link #instances(Node)}, those behind an id; empty for all. */
  public static SortedMap<String, Node> instances(Node service, String afterId) {
    String after = afterId.compareTo(FIRST_ID) < 0 ? BEFORE_FIRST_ID : afterId;
    return service.children().tailMap(after, false);
  }

  /** How many there are. */
  public static int count(Node service) {
    return service.children().size() - service.children().headMap(FIRST_ID).size();
  }

  /** Whether the name of a child of a service is the id of an instance. */
  public static boolean isId(String child) {
    return child.compareTo(FIRST_ID) >= 0;
  }

  public Path namespacePath() {
    return namespacePath(namespace);
  }

  public Path servicePath() {
    return servicePath(namespace, service);
  }

  public Path path() {
    return servicePath().child(id);
  }

  private static Path child(Path parent, String field, String name) {
    return parent.child(DiscoveryLimits.checkName(field, name));
  }
}
