package org.jgroups.protocols.raft;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;

/** Shows a watchdog that a long restore gets on. */
@NullMarked
final class ProgressStream extends FilterInputStream {
  private final AtomicLong progress;

  ProgressStream(InputStream in, AtomicLong progress) {
    super(in);
    this.progress = progress;
  }

  @Override
  public int read() throws IOException {
    progress.incrementAndGet();
    return super.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    progress.incrementAndGet();
    return super.read(bytes, offset, length);
  }
}
