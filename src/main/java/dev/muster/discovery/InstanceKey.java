package dev.muster.discovery;

import dev.muster.core.Path;

/** Which instance: its place in the tree. */
public record InstanceKey(String namespace, String service, String id) {
  private static final Path SERVICES = Path.of("/services");

  /**
   * @throws InvalidInstanceException if a name is none
   */
  public InstanceKey {
    DiscoveryLimits.checkName("namespace", namespace);
    DiscoveryLimits.checkName("service", service);
    DiscoveryLimits.checkName("id", id);
  }

  /** Where a namespace's services are; there as long as the namespace is. */
  public static Path namespacePath(String namespace) {
    return child(SERVICES, "namespace", namespace);
  }

  /** Where a service's instances are. */
  public static Path servicePath(String namespace, String service) {
    return child(namespacePath(namespace), "service", service);
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
