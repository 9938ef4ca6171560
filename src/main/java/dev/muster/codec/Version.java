package dev.muster.codec;

/** Which Muster this is. A test keeps it equal to the version in {@code pom.xml}. */
public final class Version {
  /** The product's version; every entry and snapshot says which one wrote it. */
  public static final String CURRENT = "0.1.0-SNAPSHOT";

  private Version() {}
}
