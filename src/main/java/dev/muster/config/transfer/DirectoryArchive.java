package dev.muster.config.transfer;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain files: each is the item of its path. */
final class DirectoryArchive {
  private DirectoryArchive() {}

  static Bundle read(Archive archive) {
    Bundle.Builder bundle = new Bundle.Builder();
    for (Map.Entry<String, byte[]> file : archive.files().entrySet()) {
      String name = file.getKey();
      String why = whySkipped(name);
      if (why != null) {
        bundle.skip(name, why);
      } else {
        bundle.add(name, name, ContentTypes.of(name, file.getValue()), file.getValue());
      }
    }
    for (String link : archive.links()) {
      bundle.skip(link, "is a symbolic link; what it leads to is not taken along");
    }
    return bundle.build(archive.commit().map(commit -> "git commit " + commit).orElse(""));
  }

  private static @Nullable String whySkipped(String name) {
    for (String segment : name.split("/", -1)) {
      if (segment.startsWith(".git")) {
        return "belongs to git";
      }
      if (segment.equals("__MACOSX") || segment.equals(".DS_Store")) {
        return "belongs to the file system it comes from";
      }
    }
    return null;
  }
}
