package dev.muster.door.dns;

/** Every limit of the DNS door. */
public final class DnsLimits {
  /** Records of an answer, drawn at random if there are more. */
  public static final int ANSWERS_MAX = 64;

  /** Of the strings of one TXT record together; what is beyond is left out. */
  public static final int TXT_BYTES_MAX = 1_024;

  /** Of one string of it, with its key. */
  static final int TXT_STRING_BYTES_MAX = 255;

  /** Of a query: a name has 255 bytes, and EDNS options are short. */
  public static final int QUERY_BYTES_MAX = 4_096;

  /** What every resolver takes over UDP (RFC 1035, section 4.2.1). */
  public static final int UDP_PAYLOAD_MIN = 512;

  public static final int UDP_PAYLOAD_MAX = 4_096;
  static final int TCP_PAYLOAD_MAX = 65_535;

  /** Long answers that workers make at a time; what is beyond is dropped, or ends in SERVFAIL. */
  public static final int UNDER_WAY_MAX = 256;

  public static final int CONNECTIONS_MAX = 1_000;
  public static final int CONNECTIONS_PER_ADDRESS_MAX = 100;
  public static final int IDLE_SECONDS = 10;

  /** Names that are looked through for one that is not found as it is written. */
  public static final int SCAN_MAX = 10_000;

  /** Instances whose answers are kept ready, of all services together. */
  public static final int KEPT_INSTANCES_MAX = 200_000;

  static final int KEPT_SERVICES_MAX = 1_024;

  /** So many instances are looked through in about two milliseconds. */
  static final int AT_ONCE_INSTANCES_MAX = 5_000;

  /** So many bytes of instances are decoded in about two milliseconds. */
  static final int AT_ONCE_BYTES_MAX = 64 << 10;

  public static final int TTL_SECONDS_MAX = 3_600;

  private DnsLimits() {}
}
