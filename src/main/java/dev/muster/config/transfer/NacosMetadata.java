package dev.muster.config.transfer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What Nacos says about the configurations that it exports, by their files. Its YAML is read event
 * by event: it grows with the export, so that neither the limits of an item's content fit, nor
 * should all of it be built.
 */
final class NacosMetadata {
  /** Of Nacos 2: {@code metadata: [{dataId, group, type, appName, desc}]}. */
  static final String FILE = ".metadata.yml";

  /**
   * Of Nacos 1: a line {@code group.dataId.app=name} for each configuration with an application,
   * its id's last dot written as {@code ~}.
   */
  static final String FILE_OLD = ".meta.yml";

  private static final String OLD_APPLICATION = ".app=";

  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setCodePointLimit(TransferLimits.MANIFEST_BYTES_MAX).build();

  /** What is known of a configuration; empty what is not. */
  record About(String type, String description, String application) {
    static final About NOTHING = new About("", "", "");
  }

  private final Map<String, About> about = new HashMap<>();
  private final Map<String, String> oldApplications = new HashMap<>();

  /** Of an archive; without its files nothing is known. */
  static NacosMetadata read(Archive archive) {
    NacosMetadata metadata = new NacosMetadata();
    byte[] yaml = archive.files().get(FILE);
    if (yaml != null) {
      metadata.readYaml(text(FILE, yaml));
    }
    byte[] lines = archive.files().get(FILE_OLD);
    if (lines != null) {
      metadata.readOld(text(FILE_OLD, lines));
    }
    return metadata;
  }

  /** What is known of the configuration of a file {@code group/dataId}. */
  About of(String file) {
    About known = about.get(file);
    if (known != null) {
      return known;
    }
    int dot = file.lastIndexOf('.');
    boolean extension = dot > file.indexOf('/');
    String key =
        (extension ? file.substring(0, dot) + '~' + file.substring(dot + 1) : file)
            .replaceFirst("/", ".");
    String application = oldApplications.get(key);
    return application == null ? About.NOTHING : new About("", "", application);
  }

  private static String text(String file, byte[] content) {
    if (content.length > TransferLimits.MANIFEST_BYTES_MAX) {
      throw new TransferException(
          file,
          "It has "
              + content.length
              + " bytes; "
              + TransferLimits.MANIFEST_BYTES_MAX
              + " are allowed.");
    }
    return new String(content, StandardCharsets.UTF_8);
  }

  // ---- Nacos 1

  private void readOld(String text) {
    text.lines()
        .filter(line -> !line.isBlank())
        .forEach(
            line -> {
              int end = line.indexOf(OLD_APPLICATION);
              if (end < 0) {
                throw new TransferException(
                    FILE_OLD, "The line '" + line + "' is not group.dataId.app=name.");
              }
              oldApplications.put(
                  line.substring(0, end), line.substring(end + OLD_APPLICATION.length()));
            });
  }

  // ---- Nacos 2

  private void readYaml(String text) {
    try {
      Iterator<Event> events = new Parse(SETTINGS).parseString(text).iterator();
      while (events.hasNext()) {
        if (events.next() instanceof MappingStartEvent) {
          readRoot(events);
        }
      }
    } catch (MarkedYamlEngineException malformed) {
      String place =
          malformed
              .getProblemMark()
              .map(mark -> "Line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
              .orElse("Somewhere");
      throw new TransferException(FILE, place + ": " + malformed.getProblem() + ".");
    } catch (YamlEngineException malformed) {
      throw new TransferException(
          FILE, "This cannot be read as YAML: " + malformed.getMessage() + ".");
    }
  }

  private void readRoot(Iterator<Event> events) {
    for (Event key = events.next(); !(key instanceof MappingEndEvent); key = events.next()) {
      Event value = valueAfter(key, events);
      if (text(key).equals("metadata") && value instanceof SequenceStartEvent) {
        readAll(events);
      } else {
        skip(value, events);
      }
    }
  }

  private void readAll(Iterator<Event> events) {
    for (Event one = events.next(); !(one instanceof SequenceEndEvent); one = events.next()) {
      if (one instanceof MappingStartEvent) {
        readOne(events);
      } else {
        skip(one, events);
      }
    }
  }

  private void readOne(Iterator<Event> events) {
    Map<String, String> fields = new HashMap<>();
    for (Event key = events.next(); !(key instanceof MappingEndEvent); key = events.next()) {
      Event value = valueAfter(key, events);
      switch (text(key)) {
        case "dataId", "group", "type", "appName", "desc" -> fields.put(text(key), text(value));
        default -> {}
      }
      skip(value, events);
    }
    about.put(
        fields.getOrDefault("group", "") + '/' + fields.getOrDefault("dataId", ""),
        new About(
            fields.getOrDefault("type", ""),
            fields.getOrDefault("desc", ""),
            fields.getOrDefault("appName", "")));
    if (about.size() > TransferLimits.FILES_MAX) {
      throw new TransferException(
          FILE, "It tells of more than " + TransferLimits.FILES_MAX + " configurations.");
    }
  }

  /** The value of a key, of which nothing is left to be read. */
  private static Event valueAfter(Event key, Iterator<Event> events) {
    skip(key, events);
    return events.next();
  }

  /** What a scalar says; empty for null, and for what is no scalar. */
  private static String text(Event event) {
    if (!(event instanceof ScalarEvent scalar)) {
      return "";
    }
    String text = scalar.getValue();
    return scalar.isPlain() && (text.equals("null") || text.equals("~")) ? "" : text;
  }

  /** Goes to the end of what begins with an event. */
  private static void skip(Event begin, Iterator<Event> events) {
    int open = opened(begin);
    while (open > 0) {
      open += opened(events.next());
    }
  }

  private static int opened(Event event) {
    if (event instanceof AliasEvent) {
      throw new TransferException(FILE, "It has an alias, which Nacos does not write.");
    }
    if (event instanceof MappingStartEvent || event instanceof SequenceStartEvent) {
      return 1;
    }
    return event instanceof MappingEndEvent || event instanceof SequenceEndEvent ? -1 : 0;
  }
}
