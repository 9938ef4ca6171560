package dev.muster.format;

import java.util.List;
import java.util.stream.Collectors;

/** The content, the schema or the change is refused; {@link #problems} says where and why. */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  FormatException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  FormatException(Problem problem) {
    this(List.of(problem));
  }

  /** A problem of no place. */
  FormatException(String message) {
    this(new Problem(0, 0, message));
  }

  /** At least one. */
  public List<Problem> problems() {
    return problems;
  }
}
