package dev.muster.door.rest;

import dev.muster.core.Limits;
import dev.muster.discovery.DiscoveryLimits;
import dev.muster.discovery.ServiceSettings;
import dev.muster.discovery.ServiceSettings.WeightRule;
import dev.muster.selector.Selector;
import dev.muster.selector.SelectorException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is set for a service, as it is sent and shown; what is absent has its default.
 *
 * @param protectionThreshold above 0 and up to 1
 */
public record ServiceBody(
    @Nullable String owner,
    @Nullable String description,
    @Nullable Map<String, String> metadata,
    @Nullable Double protectionThreshold,
    @Nullable Long protectionMaxSeconds,
    @Nullable List<Weight> weights) {

  /** The weight of all that a selector picks. */
  public record Weight(@Nullable String where, @Nullable Integer weight) {
    private WeightRule toRule(int index) {
      String field = "weights[" + index + "].";
      if (where == null || weight == null) {
        throw InstanceBody.missing(
            field + (where == null ? "where" : "weight"),
            "a selector, such as version=2, and the weight of what it picks");
      }
      try {
        return new WeightRule(Selector.parse(where), weight);
      } catch (SelectorException invalid) {
        throw InstanceBody.invalid(field + "where", String.valueOf(invalid.getMessage()));
      }
    }
  }

  /** The weights alone. */
  public record Weights(@Nullable List<Weight> weights) {
    List<WeightRule> toRules() {
      if (weights == null) {
        throw InstanceBody.missing(
            "weights", "a list of {\"where\": a selector, \"weight\": a number}; [] for none");
      }
      return rules(weights);
    }
  }

  ServiceSettings toSettings() {
    ServiceSettings otherwise = ServiceSettings.DEFAULT;
    return new ServiceSettings(
        owner == null ? otherwise.owner() : owner,
        description == null ? otherwise.description() : description,
        metadata == null ? Collections.emptySortedMap() : InstanceBody.metadata(metadata),
        protectionThreshold == null ? otherwise.protectionThreshold() : protectionThreshold,
        protectionMaxSeconds == null
            ? otherwise.protectionMaxMillis()
            : Seconds.toMillis(
                "service.protection",
                protectionMaxSeconds,
                DiscoveryLimits.PROTECTION_MILLIS_MIN,
                DiscoveryLimits.PROTECTION_MILLIS_MAX),
        weights == null ? List.of() : rules(weights));
  }

  static ServiceBody of(ServiceSettings settings) {
    return new ServiceBody(
        settings.owner(),
        settings.description(),
        settings.metadata(),
        settings.protectionThreshold(),
        settings.protectionMaxMillis() / 1_000,
        settings.weights().stream()
            .map(rule -> new Weight(rule.where().toString(), rule.weight()))
            .toList());
  }

  private static List<WeightRule> rules(List<@Nullable Weight> weights) {
    Limits.atMost("service.weights", weights.size(), DiscoveryLimits.WEIGHT_RULES_MAX, "rules");
    List<WeightRule> rules = new ArrayList<>();
    for (Weight weight : weights) {
      if (weight == null) {
        throw InstanceBody.invalid("weights", "a rule is an object, not null");
      }
      rules.add(weight.toRule(rules.size()));
    }
    return rules;
  }
}
