package dev.muster.raft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileNamesTest {
  /** A node that is started in another locale, one with digits of its own, finds its files. */
  @Test
  void theyAreTheSameInEveryLocale(@TempDir Path path) throws IOException {
    Directory directory = new Directory(path, false, nanos -> {});
    Path segment = Segment.path(directory, 12);
    Path snapshot = SnapshotStore.open(directory).path(12);
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertEquals("١", "%d".formatted(1));
      assertEquals(segment, Segment.path(directory, 12));
      assertEquals(snapshot, SnapshotStore.open(directory).path(12));
    } finally {
      Locale.setDefault(before);
    }
  }
}
