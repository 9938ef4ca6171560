package dev.muster.duty;

import java.util.OptionalLong;

/**
 * Where signs of life of sessions go. They never enter the log: whichever node hears one tells the
 * leader, and the leader alone judges. Both methods return at once, from any thread, and never
 * throw.
 */
public interface Heartbeats {

  /**
   * A session has just been heard of. Best effort: a sign that is lost, or one for a session that
   * is unknown, does nothing.
   */
  void heard(long sessionId);

  /**
   * How long until the session ends unless it is heard of again.
   *
   * @return unknown (empty) unless this node leads and knows the session
   */
  OptionalLong millisLeft(long sessionId);
}
