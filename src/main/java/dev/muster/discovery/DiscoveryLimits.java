package dev.muster.discovery;

import dev.muster.core.Limits;
import dev.muster.core.Node;
import java.util.regex.Pattern;

/** Every limit of an instance, in one place. An instance at all limits is far below a node's. */
public final class DiscoveryLimits {
  public static final int NAME_LENGTH_MAX = 128;
  public static final int ADDRESS_LENGTH_MAX = 253;
  public static final int PORT_MIN = 1;
  public static final int PORT_MAX = 65_535;
  public static final int PORTS_MAX = 16;
  public static final int WEIGHT_MAX = 10_000;
  public static final int WEIGHT_DEFAULT = 1;
  public static final int PLACE_LENGTH_MAX = 63;
  public static final int VERSION_BYTES_MAX = 128;

  /** Why a host gets no traffic. */
  public static final int MAINTENANCE_BYTES_MAX = 128;

  /** Registrations, renewals and deregistrations of one request. */
  public static final int BULK_MAX = 500;

  /** Services of a namespace: configured ones, and those that have instances. */
  public static final int SERVICES_MAX = 50_000;

  public static final int OWNER_BYTES_MAX = 256;
  public static final int DESCRIPTION_BYTES_MAX = 1_024;
  public static final int WEIGHT_RULES_MAX = 16;
  public static final double PROTECTION_THRESHOLD_DEFAULT = 0.5;
  public static final long PROTECTION_MILLIS_MIN = 10_000;
  public static final long PROTECTION_MILLIS_MAX = 24L * 60 * 60 * 1_000;
  public static final long PROTECTION_MILLIS_DEFAULT = 60L * 60 * 1_000;
  public static final int TAGS_MAX = 64;
  public static final int TAG_BYTES_MAX = 128;
  public static final int METADATA_MAX = 64;
  public static final int METADATA_KEY_BYTES_MAX = 128;
  public static final int METADATA_VALUE_BYTES_MAX = 1_024;
  public static final int METADATA_BYTES_MAX = 8 << 10;

  public static final long TTL_MILLIS_MIN = Limits.SESSION_TTL_MILLIS_MIN;
  public static final long TTL_MILLIS_MAX = Limits.SESSION_TTL_MILLIS_MAX;
  public static final long TTL_MILLIS_DEFAULT = 15_000;
  public static final long GRACE_MILLIS_MAX = 24L * 60 * 60 * 1_000;

  /** A service with fewer serving instances is never protected: any loss is most of it. */
  public static final int PROTECTED_INSTANCES_MIN = 3;

  /** A zone is protected when more than this share of what served there falls silent at once. */
  public static final double ZONE_THRESHOLD = 0.8;

  /** A zone with fewer serving instances is never protected. */
  public static final int ZONE_INSTANCES_MIN = 5;

  /** One service that fails in a zone is not the zone. */
  public static final int ZONE_SERVICES_MIN = 2;

  /** A zone is protected for so long at most: the others carry its traffic meanwhile. */
  public static final long ZONE_PROTECTION_MILLIS = 15L * 60 * 1_000;

  /** What a heartbeat or a check has to tell, in UTF-8; what is longer is cut off. */
  public static final int OUTPUT_BYTES_MAX = 200;

  /** How many changes of its health are told of an instance: the last ones. */
  public static final int HISTORY_MAX = 10;

  /** Why one of them was, in UTF-8; what is longer is cut off. */
  public static final int REASON_BYTES_MAX = 100;

  /**
   * How often a registration is tried when others change the same instance meanwhile. Each try that
   * fails means that another one got through.
   */
  public static final int ATTEMPTS_MAX = 8;

  /** What the name of a service and the id of an instance look like, whole. */
  public static final String NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$";

  private static final Pattern NAME = Pattern.compile(NAME_PATTERN);

  private DiscoveryLimits() {}

  /**
   * What begins at the same moment may pass the limit by a few.
   *
   * @param services the node of a namespace's services
   * @throws dev.muster.core.LimitExceededException if it has no room for another one
   */
  static void demandRoomForService(Node services) {
    Limits.atMost("namespace.services", services.children().size() + 1, SERVICES_MAX, "services");
  }

  /**
   * Checks the name of a service or the id of an instance.
   *
   * @throws InvalidInstanceException saying what a name looks like
   */
  static String checkName(String field, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInstanceException(
          field,
          "a name has 1 to "
              + NAME_LENGTH_MAX
              + " of the characters A-Z a-z 0-9 . _ - and starts with a letter or a digit");
    }
    return name;
  }
}
