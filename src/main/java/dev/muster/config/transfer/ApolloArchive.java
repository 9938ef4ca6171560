package dev.muster.config.transfer;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Apollo's portal exports: files {@code {appId}+{cluster}+{namespace}}, with the extension
 * {@code .properties} where the namespace names no format of its own, in {@code
 * {owner}/{appId}/{env}/} or, of one application, in {@code {appId}/{env}/}; and files of metadata,
 * which are skipped. The item is {@code {appId}/{namespace}}, or {@code
 * {appId}/{cluster}/{namespace}} for another cluster than {@code default}: so Apollo's namespace
 * {@code application} is the application's own configuration here, too.
 */
final class ApolloArchive {
  private static final String METADATA = ".metadata";
  private static final String MANIFEST = "export.manifest.json";

  private ApolloArchive() {}

  static boolean isMetadata(String path) {
    return path.equals(MANIFEST)
        || path.endsWith("/app" + METADATA)
        || path.endsWith(".cluster" + METADATA)
        || path.endsWith(".appnamespace" + METADATA);
  }

  static Bundle read(Archive archive, String environment) {
    Set<String> environments = new TreeSet<>();
    archive.files().keySet().stream()
        .filter(path -> !isMetadata(path))
        .map(ApolloArchive::environment)
        .filter(name -> !name.isEmpty())
        .forEach(environments::add);
    if (environment.isEmpty() ? environments.size() > 1 : !environments.contains(environment)) {
      throw new TransferException(
          "The export holds the environments "
              + String.join(", ", environments)
              + "; name the one to take over.");
    }
    Bundle.Builder bundle = new Bundle.Builder();
    for (Map.Entry<String, byte[]> file : archive.files().entrySet()) {
      String path = file.getKey();
      String[] parts = path.substring(path.lastIndexOf('/') + 1).split("[+]", -1);
      String itsEnvironment = environment(path);
      if (isMetadata(path)) {
        bundle.skip(path, "is Apollo's own metadata");
      } else if (parts.length != 3 || (itsEnvironment.isEmpty() && path.contains("/"))) {
        bundle.refuse(path, "It is not named owner/app/environment/app+cluster+namespace.");
      } else if (!itsEnvironment.isEmpty()
          && !environment.isEmpty()
          && !itsEnvironment.equals(environment)) {
        bundle.skip(path, "is of the environment " + itsEnvironment);
      } else {
        add(bundle, path, parts, file.getValue());
      }
    }
    return bundle.build(environment.isEmpty() ? "Apollo" : "Apollo, " + environment);
  }

  /** Which environment a file is of; empty if its path does not tell. */
  private static String environment(String path) {
    String[] segments = path.split("/", -1);
    return segments.length == 3 || segments.length == 4 ? segments[segments.length - 2] : "";
  }

  private static void add(Bundle.Builder bundle, String path, String[] parts, byte[] content) {
    String cluster = parts[1].equals("default") ? "" : parts[1] + '/';
    String name = parts[0] + '/' + cluster + parts[2];
    byte[] text;
    try {
      text = ApolloItems.text(path, content);
    } catch (TransferException malformed) {
      malformed.problems().forEach(problem -> bundle.refuse(path, problem.message()));
      return;
    }
    bundle.add(path, name, ContentTypes.of(name, text), text);
  }
}
