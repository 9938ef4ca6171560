package dev.muster.quarkus.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * An item that configures the program, if it exists.
 *
 * @param isRequired named by its whole name, so that it must exist
 */
record Layer(String item, boolean isRequired) {
  private static final String OPTIONAL_MARK = "?";
  private static final String APPLICATION = "application";

  /**
   * The layers, lowest first: those of all profiles, then those of each profile. Within both, the
   * items that are named, in their order, then the application's: the namespace's defaults, then
   * its own. These are the rules of {@code /effective/{app}} on the servers.
   *
   * @param profiles lowest first
   */
  static List<Layer> of(Settings settings, List<String> profiles) {
    LinkedHashMap<String, Layer> layers = new LinkedHashMap<>();
    List<String> suffixes = new ArrayList<>(List.of(""));
    profiles.forEach(profile -> suffixes.add("-" + profile));
    for (String suffix : suffixes) {
      for (String named : settings.items()) {
        boolean isOptional = named.endsWith(OPTIONAL_MARK);
        String item = isOptional ? named.substring(0, named.length() - 1) : named;
        add(layers, withSuffix(item, suffix), suffix.isEmpty() && !isOptional);
      }
      settings
          .app()
          .ifPresent(
              app -> {
                for (String folder : List.of("", app + "/")) {
                  for (String extension : settings.extensions()) {
                    add(layers, folder + APPLICATION + suffix + "." + extension, false);
                  }
                }
              });
    }
    return List.copyOf(layers.values());
  }

  /** What is named twice has its last place. */
  private static void add(LinkedHashMap<String, Layer> layers, String item, boolean isRequired) {
    Layer before = layers.remove(item);
    layers.put(item, new Layer(item, isRequired || (before != null && before.isRequired)));
  }

  /** {@code shop/db.yaml} of the profile prod is {@code shop/db-prod.yaml}. */
  private static String withSuffix(String item, String suffix) {
    int dot = item.lastIndexOf('.');
    boolean hasExtension = dot > item.lastIndexOf('/');
    return hasExtension ? item.substring(0, dot) + suffix + item.substring(dot) : item + suffix;
  }
}
