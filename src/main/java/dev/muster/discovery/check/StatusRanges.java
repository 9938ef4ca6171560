package dev.muster.discovery.check;

import dev.muster.discovery.InvalidInstanceException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which statuses of HTTP are good ones, such as {@code 200-299,304}. */
public record StatusRanges(List<Range> ranges) {
  /** Every success. */
  public static final StatusRanges SUCCESS = new StatusRanges(List.of(new Range(200, 299)));

  private static final String FIELD = "expectedStatus";
  private static final Pattern RANGE = Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");

  /** From one status to another, both included. */
  public record Range(int from, int to) {
    public Range {
      if (from < 200 || to > 599 || from > to) {
        throw new InvalidInstanceException(
            FIELD, from + "-" + to + " is no range of final statuses, 200 to 599");
      }
    }

    @Override
    public String toString() {
      return from == to ? Integer.toString(from) : from + "-" + to;
    }
  }

  public StatusRanges {
    Fields.between(FIELD, ranges.size(), 1, CheckLimits.STATUS_RANGES_MAX, "ranges");
    ranges = List.copyOf(ranges);
  }

  /**
   * Reads statuses and ranges of them, with commas in between.
   *
   * @throws InvalidInstanceException saying what they look like
   */
  public static StatusRanges parse(String text) {
    return new StatusRanges(
        Stream.of(text.split(",", CheckLimits.STATUS_RANGES_MAX + 1))
            .map(String::strip)
            .map(StatusRanges::range)
            .toList());
  }

  private static Range range(String text) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInstanceException(
          FIELD, "is no list of statuses and ranges of them, such as 200-299,304");
    }
    int from = Integer.parseInt(matcher.group(1));
    return new Range(from, matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2)));
  }

  public boolean contains(int status) {
    return ranges.stream().anyMatch(range -> range.from() <= status && status <= range.to());
  }

  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
  }
}
