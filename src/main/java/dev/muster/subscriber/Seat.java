package dev.muster.subscriber;

/** One request of a subscriber, from when it comes until it is over. From any thread. */
public interface Seat {
  /** Of a request that nobody counts. */
  Seat NONE =
      new Seat() {
        @Override
        public void told(long revision) {}

        @Override
        public void has(long revision) {}

        @Override
        public void leave() {}
      };

  /** The subscriber is told of what there is at a revision. */
  void told(long revision);

  /** What the subscriber has said that it has is what there is at a revision. */
  void has(long revision);

  /** The request is over, however it ended; again does nothing. */
  void leave();
}
