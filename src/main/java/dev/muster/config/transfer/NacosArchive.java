package dev.muster.config.transfer;

import dev.muster.config.Content;
import dev.muster.config.ItemMetadata;
import dev.muster.core.Bytes;
import dev.muster.format.Document;
import dev.muster.format.Format;
import dev.muster.format.FormatException;
import dev.muster.format.Property;
import dev.muster.format.PropertyView;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What Nacos' console exports: a file {@code {group}/{dataId}} for each configuration, and what is
 * known about them in {@code .metadata.yml} (2.x: {@code metadata: [{dataId, group, type, appName,
 * desc}]}) or {@code .meta.yml} (1.x, which knows applications only). Configurations of the group
 * {@code DEFAULT_GROUP} get their data id as name, others {@code {group}/{dataId}}.
 */
final class NacosArchive {
  static final String METADATA = ".metadata.yml";
  static final String METADATA_OLD = ".meta.yml";
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

  private record About(String type, String description, String application) {
    static final About NOTHING = new About("", "", "");
  }

  static Bundle read(Archive archive) {
    Map<String, About> about = metadata(archive.files().get(METADATA));
    Bundle.Builder bundle = new Bundle.Builder();
    for (Map.Entry<String, byte[]> file : archive.files().entrySet()) {
      String path = file.getKey();
      if (path.equals(METADATA) || path.equals(METADATA_OLD)) {
        continue;
      }
      if (path.indexOf('/') < 1) {
        bundle.refuse(path, "It is not in the folder of a group, as Nacos exports it.");
        continue;
      }
      About known = about.getOrDefault(path, About.NOTHING);
      String name = path.startsWith(DEFAULT_GROUP) ? path.substring(DEFAULT_GROUP.length()) : path;
      bundle.add(
          path,
          new Bundle.Item(
              name,
              new Content(type(known, name, file.getValue()), Bytes.wrap(file.getValue())),
              new ItemMetadata(known.application, known.description, NO_LABELS)));
    }
    return bundle.build("Nacos");
  }

  private static String type(About known, String name, byte[] content) {
    Format format = TYPES.get(known.type);
    if (format != null) {
      return format.contentType();
    }
    return known.type.equals("html") ? "text/html" : ContentTypes.of(name, content);
  }

  private static Map<String, About> metadata(byte @Nullable [] yaml) {
    Map<String, About> about = new HashMap<>();
    if (yaml == null) {
      return about;
    }
    Map<String, Property> properties;
    try {
      properties = PropertyView.of(Document.parse(Format.YAML, yaml));
    } catch (FormatException malformed) {
      throw new TransferException(METADATA, malformed.problems().get(0).toString());
    }
    for (int i = 0; properties.containsKey("metadata[" + i + "].dataId"); i++) {
      String item = "metadata[" + i + "].";
      about.put(
          text(properties, item + "group") + '/' + text(properties, item + "dataId"),
          new About(
              text(properties, item + "type"),
              text(properties, item + "desc"),
              text(properties, item + "appName")));
    }
    return about;
  }

  private static String text(Map<String, Property> properties, String key) {
    Property property = properties.get(key);
    return property == null ? "" : property.value();
  }
}
