package dev.muster.door.rest;

import dev.muster.config.InvalidMetadataException;
import dev.muster.coordination.SessionException;
import dev.muster.discovery.DiscoveryException;
import dev.muster.discovery.InvalidInstanceException;
import dev.muster.ledger.RefusedException;
import dev.muster.tree.ReservedBranchException;
import org.jspecify.annotations.Nullable;

/** This door's table: what services refuse by exceptions of their own, in the words of HTTP. */
final class ServiceProblems {
  private ServiceProblems() {}

  /** The problem; absent for failures that are not one of those services'. */
  static @Nullable Problem of(Throwable error) {
    if (error instanceof RefusedException refused) {
      return Problems.of(refused.refused());
    }
    if (error instanceof SessionException session) {
      return new Problem(
          switch (session.reason()) {
            case NO_SESSION -> Code.UNKNOWN_SESSION;
            case WRONG_SECRET -> Code.INVALID_SECRET;
            case INVALID_OWNER -> Code.INVALID_FIELD;
          },
          message(session));
    }
    if (error instanceof DiscoveryException discovery) {
      Problem problem = new Problem(code(discovery.reason()), message(discovery));
      if (discovery.actual() >= 0) {
        problem = problem.with("actual", discovery.actual());
      }
      return discovery.max() < 0 ? problem : problem.with("max", discovery.max());
    }
    if (error instanceof InvalidInstanceException invalid) {
      boolean name =
          switch (invalid.field()) {
            case "namespace", "service", "id" -> true;
            default -> false;
          };
      return new Problem(name ? Code.INVALID_NAME : Code.INVALID_FIELD, message(invalid))
          .with("field", invalid.field());
    }
    if (error instanceof InvalidMetadataException invalid) {
      return new Problem(Code.INVALID_FIELD, message(invalid)).with("field", invalid.field());
    }
    if (error instanceof ReservedBranchException reserved) {
      return new Problem(Code.RESERVED_BRANCH, message(reserved)).with("branch", reserved.branch());
    }
    return null;
  }

  private static Code code(DiscoveryException.Reason reason) {
    return switch (reason) {
      case UNKNOWN_NAMESPACE -> Code.UNKNOWN_NAMESPACE;
      case UNKNOWN_SERVICE -> Code.UNKNOWN_SERVICE;
      case UNKNOWN_INSTANCE -> Code.UNKNOWN_INSTANCE;
      case UNKNOWN_HOST -> Code.UNKNOWN_HOST;
      case TOO_MANY_INSTANCES -> Code.TOO_MANY_INSTANCES;
      case NO_LEASE -> Code.NO_LEASE;
      case REVISION_CONFLICT -> Code.REVISION_CONFLICT;
      case CONTENTION -> Code.CONTENTION;
    };
  }

  private static String message(Throwable error) {
    return String.valueOf(error.getMessage());
  }
}
