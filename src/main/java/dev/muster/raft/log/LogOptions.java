package dev.muster.raft.log;

import dev.muster.raft.Halt;
import org.jboss.logging.Logger;

/**
 * How a {@link DurableLog} behaves. Start from {@link #defaults()}.
 *
 * @param segmentBytes size of a preallocated segment; a larger entry gets a segment of its own
 * @param windowBytes how much of the newest entries is kept in memory
 * @param reserveBytes how much of the disk must stay free
 * @param fsync false gives up durability over a power loss; for tests and benchmarks only
 * @param fsyncListener told of every force
 * @param freeSpace how free space is measured
 * @param halt called when the disk fails; in production it does not return
 */
public record LogOptions(
    int segmentBytes,
    int windowBytes,
    long reserveBytes,
    boolean fsync,
    FsyncListener fsyncListener,
    FreeSpace freeSpace,
    Halt halt) {

  public static final int ENTRY_BYTES_MAX = 256 << 20;
  public static final int SEGMENT_BYTES_DEFAULT = 16 << 20;
  public static final int SEGMENT_BYTES_MIN = 4 << 10;
  public static final int SEGMENT_BYTES_MAX = 1 << 30;
  public static final int WINDOW_BYTES_DEFAULT = 16 << 20;
  public static final long RESERVE_BYTES_DEFAULT = 256L << 20;

  public LogOptions {
    if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes > SEGMENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "segmentBytes is %d; it must be from %d to %d"
              .formatted(segmentBytes, SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX));
    }
    if (windowBytes < 0 || reserveBytes < 0) {
      throw new IllegalArgumentException(
          "windowBytes (%d) and reserveBytes (%d) must not be negative"
              .formatted(windowBytes, reserveBytes));
    }
  }

  public static LogOptions defaults() {
    return new LogOptions(
        SEGMENT_BYTES_DEFAULT,
        WINDOW_BYTES_DEFAULT,
        RESERVE_BYTES_DEFAULT,
        true,
        nanos -> {},
        FreeSpace.OF_FILE_SYSTEM,
        LogOptions::haltProcess);
  }

  public LogOptions withSegmentBytes(int bytes) {
    return new LogOptions(bytes, windowBytes, reserveBytes, fsync, fsyncListener, freeSpace, halt);
  }

  public LogOptions withWindowBytes(int bytes) {
    return new LogOptions(segmentBytes, bytes, reserveBytes, fsync, fsyncListener, freeSpace, halt);
  }

  public LogOptions withReserveBytes(long bytes) {
    return new LogOptions(segmentBytes, windowBytes, bytes, fsync, fsyncListener, freeSpace, halt);
  }

  public LogOptions withFsync(boolean on) {
    return new LogOptions(
        segmentBytes, windowBytes, reserveBytes, on, fsyncListener, freeSpace, halt);
  }

  public LogOptions withFsyncListener(FsyncListener listener) {
    return new LogOptions(
        segmentBytes, windowBytes, reserveBytes, fsync, listener, freeSpace, halt);
  }

  public LogOptions withFreeSpace(FreeSpace space) {
    return new LogOptions(
        segmentBytes, windowBytes, reserveBytes, fsync, fsyncListener, space, halt);
  }

  public LogOptions withHalt(Halt handler) {
    return new LogOptions(
        segmentBytes, windowBytes, reserveBytes, fsync, fsyncListener, freeSpace, handler);
  }

  private static void haltProcess(Halt.Reason reason, String message, Throwable cause) {
    Logger.getLogger(DurableLog.class).fatal(message, cause);
    Runtime.getRuntime().halt(reason.exitCode());
  }
}
