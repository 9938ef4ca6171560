package dev.muster.watch;

/** As many callers wait on this node as it may hold; try again later, or on another node. */
public final class TooManyWaitersException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int waitersMax;

  public TooManyWaitersException(int waitersMax) {
    super("this node holds " + waitersMax + " waiting callers, as many as it may");
    this.waitersMax = waitersMax;
  }

  public int waitersMax() {
    return waitersMax;
  }
}
