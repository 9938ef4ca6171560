package dev.muster.raft.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second process out of the directory. The file itself stays for ever: deleting it would
 * let two processes lock two files of the same name.
 */
public final class DirectoryLock implements Closeable {
  private static final String NAME = "lock";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  static DirectoryLock acquire(Directory directory) throws IOException {
    return acquire(directory.file(NAME), directory.path());
  }

  /**
   * Takes the lock, or refuses.
   *
   * @param file the lock, made if it is not there
   * @param directory what it protects
   * @throws IllegalStateException if it is taken
   */
  public static DirectoryLock acquire(Path file, Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      throw new IllegalStateException(
          "The directory "
              + directory
              + " is in use: another process (or another log of this one) holds "
              + file
              + ". Stop it, or give this node a directory of its own.");
    }
    return new DirectoryLock(channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
