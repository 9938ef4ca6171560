package dev.muster.core;

/**
 * Behaviour that all nodes switch on at one position of the log, because versions that decide alike
 * must decide alike about every entry. The numbers are for ever.
 */
public enum Feature {
  /** The rules of the first release. The first leader of a cluster enables it. */
  BASELINE(1);

  private final int number;

  Feature(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
