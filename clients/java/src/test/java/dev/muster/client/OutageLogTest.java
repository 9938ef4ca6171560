package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutageLogTest {
  private final Logger logger = Logger.getLogger(OutageLog.class.getName());
  private final List<LogRecord> records = new ArrayList<>();
  private final OutageLog log = new OutageLog();

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord logged) {
          records.add(logged);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  private long said(Level level) {
    return records.stream().filter(logged -> logged.getLevel().equals(level)).count();
  }

  private void outage(int items) {
    for (int i = 0; i < items; i++) {
      log.begins();
      log.warn("item " + i + " cannot be followed");
    }
    for (int i = 0; i < items; i++) {
      log.ends("item " + i);
    }
  }

  @Test
  void anOutageOfFewItemsIsToldOfEach() {
    outage(3);
    assertEquals(3, said(Level.WARNING));
    assertEquals(1, said(Level.INFO));
  }

  @Test
  void anOutageOfManyItemsIsToldOfSome() {
    outage(1_000);
    assertEquals(OutageLog.WARNINGS_MAX + 1, said(Level.WARNING));
    assertEquals(1, said(Level.INFO));
    assertTrue(records.get(OutageLog.WARNINGS_MAX).getMessage().contains("DEBUG"));
    outage(2); // the next one is another
    assertEquals(OutageLog.WARNINGS_MAX + 3, said(Level.WARNING));
  }
}
