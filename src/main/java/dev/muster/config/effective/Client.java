package dev.muster.config.effective;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Whose configuration is asked for.
 *
 * @param app the folder of the application's own items; it need not exist
 * @param profiles in the order asked for: a later one overrides an earlier one
 * @param labels what the client says of itself, by name
 */
public record Client(
    String namespace, String app, List<String> profiles, SortedMap<String, String> labels) {
  public static final String PROFILE_RULE =
      "1 to 128 letters, digits, '.', '_', '-' and '@' of ASCII, the first a letter or digit";

  private static final Pattern PROFILE =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0," + (EffectiveLimits.NAME_CHARS_MAX - 1) + "}");

  public Client {
    profiles = List.copyOf(profiles);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** One without labels. */
  static Client of(String namespace, String app, List<String> profiles) {
    return new Client(namespace, app, profiles, Collections.emptySortedMap());
  }

  /** Whether a text may name a profile; see {@link #PROFILE_RULE}. */
  public static boolean isProfile(String name) {
    return PROFILE.matcher(name).matches();
  }
}
