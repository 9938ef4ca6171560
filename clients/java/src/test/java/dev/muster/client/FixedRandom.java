package dev.muster.client;

import java.util.random.RandomGenerator;

/** Dice that always show the same share of what is possible. */
record FixedRandom(double share) implements RandomGenerator {
  @Override
  public long nextLong() {
    return 0;
  }

  @Override
  public int nextInt(int bound) {
    return (int) (bound * share);
  }

  @Override
  public long nextLong(long bound) {
    return (long) (bound * share);
  }

  @Override
  public double nextDouble() {
    return share;
  }
}
