package dev.muster.duty;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers who was heard, and leads nothing. */
public final class MemoryHeartbeats implements Heartbeats {
  private final List<Long> heard = new CopyOnWriteArrayList<>();

  @Override
  public void heard(long sessionId) {
    heard.add(sessionId);
  }

  @Override
  public OptionalLong millisLeft(long sessionId) {
    return OptionalLong.empty();
  }

  /** In the order in which they were heard. */
  public List<Long> heard() {
    return List.copyOf(heard);
  }
}
