package dev.muster.config.transfer;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Apollo's portal exports: {@code {owner}/{appId}/{env}/{appId}+{cluster}+{namespace}}, with
 * the extension {@code .properties} where the namespace names no format of its own, and files of
 * metadata, which are skipped. The item is {@code {appId}/{namespace}}, or {@code
 * {appId}/{cluster}/{namespace}} for another cluster than {@code default}: so Apollo's namespace
 * {@code application} is the application's own configuration here, too.
 */
final class ApolloArchive {
  private static final String METADATA = ".metadata";

  private ApolloArchive() {}

  static boolean isMetadata(String path) {
    return path.endsWith("/app" + METADATA)
        || path.endsWith(".cluster" + METADATA)
        || path.endsWith(".appnamespace" + METADATA);
  }

  static Bundle read(Archive archive, String environment) {
    Set<String> environments = new TreeSet<>();
    archive.files().keySet().stream()
        .filter(path -> !isMetadata(path))
        .map(path -> path.split("/", -1))
        .filter(path -> path.length == 4)
        .forEach(path -> environments.add(path[2]));
    if (environment.isEmpty() ? environments.size() > 1 : !environments.contains(environment)) {
      throw new TransferException(
          "The export holds the environments "
              + String.join(", ", environments)
              + "; name the one to take over.");
    }
    Bundle.Builder bundle = new Bundle.Builder();
    for (Map.Entry<String, byte[]> file : archive.files().entrySet()) {
      String[] path = file.getKey().split("/", -1);
      String[] parts = path[path.length - 1].split("[+]", -1);
      if (isMetadata(file.getKey())) {
        bundle.skip(file.getKey(), "is Apollo's own metadata");
      } else if (parts.length != 3 || (path.length != 4 && path.length != 1)) {
        bundle.refuse(
            file.getKey(), "It is not named owner/app/environment/app+cluster+namespace.");
      } else if (path.length == 4 && !environment.isEmpty() && !path[2].equals(environment)) {
        bundle.skip(file.getKey(), "is of the environment " + path[2]);
      } else {
        String cluster = parts[1].equals("default") ? "" : parts[1] + '/';
        String name = parts[0] + '/' + cluster + parts[2];
        bundle.add(file.getKey(), name, ContentTypes.of(name, file.getValue()), file.getValue());
      }
    }
    return bundle.build(environment.isEmpty() ? "Apollo" : "Apollo, " + environment);
  }
}
