package dev.muster.core;

import org.pcollections.PSortedSet;
import org.pcollections.TreePSet;

/** What is agreed for the whole cluster and steers how commands are decided. */
public record Settings(PSortedSet<Feature> features, long dataBudgetBytes) {
  static final Settings DEFAULT = new Settings(TreePSet.empty(), Limits.DATA_BUDGET_BYTES_DEFAULT);

  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  Settings with(Feature feature) {
    return new Settings(features.plus(feature), dataBudgetBytes);
  }

  Settings withDataBudget(long bytes) {
    return new Settings(features, bytes);
  }
}
