package dev.muster.codec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The wire of a sealed interface: a number, then what the number's row says. A number is for ever.
 */
final class OneOf<T> implements Wire<T> {

  /** One type and its number, which is positive and no other's. */
  record Row<T>(int number, Class<T> type, Wire<T> wire) {
    void write(Output out, Object value) {
      out.varint(number);
      wire.write(out, type.cast(value));
    }
  }

  private final String kind;
  private final Class<T> sealed;
  private final Map<Class<?>, Row<? extends T>> byType = new HashMap<>();
  private final @Nullable Row<?>[] byNumber;

  OneOf(String kind, Class<T> sealed, List<Row<? extends T>> rows) {
    this.kind = kind;
    this.sealed = sealed;
    byNumber = new Row<?>[1 + rows.stream().mapToInt(Row::number).max().orElse(0)];
    for (Row<? extends T> row : rows) {
      if (byNumber[row.number()] != null || byType.put(row.type(), row) != null) {
        throw new IllegalArgumentException(kind + " number " + row.number() + " is there twice");
      }
      byNumber[row.number()] = row;
    }
  }

  @Override
  public void write(Output out, T value) {
    Row<? extends T> row = byType.get(value.getClass());
    if (row == null) {
      throw new IllegalArgumentException(kind + " " + value.getClass().getName() + " has no row");
    }
    row.write(out, value);
  }

  @Override
  public T read(Input in) {
    long number = in.varint();
    Row<?> row = number >= 0 && number < byNumber.length ? byNumber[(int) number] : null;
    if (row == null) {
      throw in.unknown(kind, number);
    }
    return sealed.cast(row.wire().read(in));
  }

  /** The types that have a row. */
  Set<Class<?>> types() {
    return Set.copyOf(byType.keySet());
  }

  /** The numbers in use and their types. */
  Map<Integer, Class<?>> numbers() {
    Map<Integer, Class<?>> numbers = new HashMap<>();
    byType.forEach((type, row) -> numbers.put(row.number(), type));
    return numbers;
  }
}
