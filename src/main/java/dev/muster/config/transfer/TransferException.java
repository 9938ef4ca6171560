package dev.muster.config.transfer;

import java.util.List;
import java.util.stream.Collectors;

/** An archive cannot be taken over; nothing of it has been. */
public final class TransferException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * What is wrong.
   *
   * @param file in the archive, or the name of an item; empty for the archive as a whole
   * @param message one sentence
   */
  public record Problem(String file, String message) {
    @Override
    public String toString() {
      return file.isEmpty() ? message : file + ": " + message;
    }
  }

  private final transient List<Problem> problems;

  public TransferException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Of the archive as a whole. */
  TransferException(String message) {
    this(List.of(new Problem("", message)));
  }

  TransferException(String file, String message) {
    this(List.of(new Problem(file, message)));
  }

  /** At least one, at most {@link TransferLimits#PROBLEMS_MAX}. */
  public List<Problem> problems() {
    return problems;
  }
}
