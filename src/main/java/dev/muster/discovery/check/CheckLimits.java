package dev.muster.discovery.check;

/** Every limit of active checks, in one place. */
public final class CheckLimits {
  /** Of one instance. */
  public static final int CHECKS_MAX = 8;

  public static final int ID_LENGTH_MAX = 32;

  public static final long INTERVAL_MILLIS_MIN = 1_000;
  public static final long INTERVAL_MILLIS_MAX = 3_600_000;
  public static final long INTERVAL_MILLIS_DEFAULT = 10_000;

  /** A timeout is at most the interval, too: probes of one check never overlap. */
  public static final long TIMEOUT_MILLIS_MIN = 100;

  public static final long TIMEOUT_MILLIS_MAX = 60_000;
  public static final long TIMEOUT_MILLIS_DEFAULT = 3_000;

  public static final int THRESHOLD_MAX = 10;
  public static final int HEALTHY_THRESHOLD_DEFAULT = 1;
  public static final int UNHEALTHY_THRESHOLD_DEFAULT = 3;

  public static final int PATH_BYTES_MAX = 512;
  public static final int HEADERS_MAX = 16;
  public static final int HEADER_NAME_LENGTH_MAX = 64;
  public static final int HEADER_VALUE_BYTES_MAX = 256;
  public static final int STATUS_RANGES_MAX = 8;
  public static final int BODY_CONTAINS_BYTES_MAX = 256;
  public static final int SERVER_NAME_LENGTH_MAX = 253;

  /** Room for a chain of certificates. */
  public static final int CA_BYTES_MAX = 16 << 10;

  public static final int GRPC_SERVICE_BYTES_MAX = 128;

  /** How much of an answer is looked through for the text that it shall contain. */
  public static final int BODY_BYTES_MAX = 64 << 10;

  /** What a probe has to tell, in UTF-8; what is longer is cut off. */
  public static final int OUTPUT_BYTES_MAX = 512;

  /** The range of addresses that the operator allows, as they are written in the setting. */
  public static final int ALLOWED_RANGES_MAX = 256;

  /** Addresses that a host name may have: every one of them must be allowed. */
  public static final int RESOLVED_ADDRESSES_MAX = 16;

  /** On one node; what is due beyond waits its turn. */
  public static final int PROBES_UNDER_WAY_MAX = 512;

  /**
   * A check's first probe on a node comes within its interval, but not later than this: however
   * seldom it is made, a new instance is not kept waiting for it.
   */
  public static final long FIRST_PROBE_WITHIN_MILLIS_MAX = 30_000;

  private CheckLimits() {}
}
