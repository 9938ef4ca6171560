package dev.muster.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one write at a time look at a cache file and replace it, of all in this process and in the
 * others that share the directory. Held for the time of a rename only.
 */
final class CacheLock {
  private static final String NAME = "lock";

  /** File locks are the process's, not the thread's: closing any channel of the file ends them. */
  private static final ReentrantLock OF_THIS_PROCESS = new ReentrantLock();

  private final FileChannel channel;

  private CacheLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the lock, not for ever: a process that is frozen may hold it.
   *
   * @throws IOException if it cannot be had in time
   */
  static CacheLock of(Path directory) throws IOException {
    OF_THIS_PROCESS.lock();
    try {
      return ofAllProcesses(directory);
    } catch (IOException | RuntimeException e) {
      OF_THIS_PROCESS.unlock();
      throw e;
    }
  }

  private static CacheLock ofAllProcesses(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      long begunNanos = System.nanoTime();
      while (!isLocked(channel)) {
        long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
        if (waited > Limits.CACHE_LOCK_MILLIS_MAX) {
          throw new IOException("another process has held its lock for " + waited + " ms");
        }
        Thread.sleep(Limits.CACHE_LOCK_TRY_MILLIS);
      }
      return new CacheLock(channel);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      channel.close();
      throw new IOException("interrupted while waiting for the cache's lock", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException loadedTwice) {
      return false; // this class is there twice, by two class loaders
    }
  }

  void close() throws IOException {
    try {
      channel.close();
    } finally {
      OF_THIS_PROCESS.unlock();
    }
  }
}
