package dev.muster.door.rest;

import dev.muster.config.effective.EffectiveException;
import dev.muster.core.State;

/** This door's table: why there is no effective configuration, in the words of HTTP. */
final class EffectiveProblems {
  private EffectiveProblems() {}

  static Problem of(EffectiveException refused, State state) {
    Problem problem = new Problem(code(refused), refused.detail()).at(state);
    refused.facts().forEach(problem::with);
    return problem;
  }

  static Code code(EffectiveException refused) {
    return switch (refused.reason()) {
      case REFERENCE_CYCLE -> Code.REFERENCE_CYCLE;
      case UNKNOWN_INCLUDE -> Code.UNKNOWN_INCLUDE;
      case UNREADABLE_LAYER -> Code.UNREADABLE_LAYER;
      case TOO_LARGE -> Code.EFFECTIVE_TOO_LARGE;
    };
  }
}
