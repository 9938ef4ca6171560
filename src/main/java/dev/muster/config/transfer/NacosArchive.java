package dev.muster.config.transfer;

import dev.muster.config.Content;
import dev.muster.config.ItemMetadata;
import dev.muster.core.Bytes;
import dev.muster.format.Format;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;

/**
 * What Nacos' console exports: a file {@code {group}/{dataId}} for each configuration, and what is
 * known about them ({@link NacosMetadata}). Configurations of the group {@code DEFAULT_GROUP} get
 * their data id as name, others {@code {group}/{dataId}}.
 */
final class NacosArchive {
  private static final String DEFAULT_GROUP = "DEFAULT_GROUP/";
  private static final SortedMap<String, String> NO_LABELS = Collections.emptySortedMap();

  private static final Map<String, Format> TYPES =
      Map.of(
          "properties", Format.PROPERTIES,
          "yaml", Format.YAML,
          "yml", Format.YAML,
          "json", Format.JSON,
          "xml", Format.XML,
          "toml", Format.TOML,
          "text", Format.TEXT);

  private NacosArchive() {}

  static Bundle read(Archive archive) {
    NacosMetadata metadata = NacosMetadata.read(archive);
    Bundle.Builder bundle = new Bundle.Builder();
    for (Map.Entry<String, byte[]> file : archive.files().entrySet()) {
      String path = file.getKey();
      if (path.equals(NacosMetadata.FILE) || path.equals(NacosMetadata.FILE_OLD)) {
        continue;
      }
      if (path.indexOf('/') < 1) {
        bundle.refuse(path, "It is not in the folder of a group, as Nacos exports it.");
        continue;
      }
      NacosMetadata.About known = metadata.of(path);
      String name = path.startsWith(DEFAULT_GROUP) ? path.substring(DEFAULT_GROUP.length()) : path;
      bundle.add(
          path,
          new Bundle.Item(
              name,
              new Content(type(known, name, file.getValue()), Bytes.wrap(file.getValue())),
              new ItemMetadata(known.application(), known.description(), NO_LABELS)));
    }
    return bundle.build("Nacos");
  }

  private static String type(NacosMetadata.About known, String name, byte[] content) {
    Format format = TYPES.get(known.type());
    if (format != null) {
      return format.contentType();
    }
    return known.type().equals("html") ? "text/html" : ContentTypes.of(name, content);
  }
}
