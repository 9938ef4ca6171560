package dev.muster.duty;

import dev.muster.core.Session;

/**
 * Has a say before a silent session is ended. All methods are called under {@link SessionExpiry}'s
 * lock, return at once and call nothing of it.
 */
public interface Reprieve {
  /** Has nothing to say: sessions end when their time to live is over. */
  Reprieve NONE =
      new Reprieve() {
        @Override
        public long keepMillis(Session session, long silentMillis) {
          return 0;
        }

        @Override
        public void heard(long session) {}

        @Override
        public void gone(long session) {}
      };

  /**
   * A session is silent for longer than its time to live. Asked again when the time that was
   * answered is over, and perhaps earlier.
   *
   * @param silentMillis since it was heard of last; the time in which nobody could be heard is not
   *     counted
   * @return for how long more it is to be kept; 0 to end it now
   */
  long keepMillis(Session session, long silentMillis);

  /** A session was heard of for the first time in this tenure, or since it was kept. */
  void heard(long session);

  /** A session is over. */
  void gone(long session);
}
