package dev.muster.door.dns;

/** Hears of what the responder does, for meters. Called on event loops and workers: never waits. */
public interface DnsListener {
  /**
   * A query was answered.
   *
   * @param type of its question: one of those that are answered, or {@code other}
   * @param rcode such as {@code NOERROR}, {@code NXDOMAIN}
   */
  void answered(String transport, String type, String rcode);

  /** What came was no query, or more than can be worked on: it got no answer. */
  void dropped(String transport);
}
