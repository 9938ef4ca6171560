package dev.muster.tree;

import dev.muster.core.Path;

/** A raw write into a branch that belongs to a service. Nothing has happened. */
public final class ReservedBranchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String branch;

  ReservedBranchException(Path path) {
    super(
        "/"
            + path.segment(0)
            + " is written through its own API only (namespaces, configs, services); reading and"
            + " watching it here is fine",
        null,
        false,
        false);
    this.branch = "/" + path.segment(0);
  }

  public String branch() {
    return branch;
  }
}
