package dev.muster.codec;

import dev.muster.core.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.pcollections.PSortedMap;

/**
 * How values of a type are written and read: declared once for both directions. Every wire takes a
 * byte at least, which is what bounds a count that is read.
 */
interface Wire<T> {
  void write(Output out, T value);

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws UnreadableException if there is no such value
   */
  T read(Input in);

  // ---- values

  /** For numbers that are small, negative or not. */
  Wire<Long> LONG = of(Output::zigzag, Input::zigzag);

  Wire<Integer> INT = of((out, value) -> out.zigzag(value), Input::zigzagInt);

  /** For numbers that use all their bits, such as random ids. */
  Wire<Long> FIXED = of(Output::fixed, Input::fixed);

  Wire<Boolean> BOOL = of((out, value) -> out.octet(value ? 1 : 0), Input::bool);

  Wire<String> TEXT = of(Output::text, Input::text);

  Wire<Bytes> BYTES = of((out, value) -> out.bytes(value.array()), Input::bytes);

  /** One of an enum's constants by its number, which is for ever. */
  static <E extends Enum<E>> Wire<E> enumeration(
      String kind, E[] constants, ToIntFunction<E> number) {
    return of(
        (out, value) -> out.varint(number.applyAsInt(value)),
        in -> {
          long wanted = in.varint();
          for (E constant : constants) {
            if (number.applyAsInt(constant) == wanted) {
              return constant;
            }
          }
          throw in.unknown(kind, wanted);
        });
  }

  // ---- several values

  static <T> Wire<List<T>> list(Wire<T> element) {
    return of(
        (out, values) -> {
          out.varint(values.size());
          for (T value : values) {
            element.write(out, value);
          }
        },
        in -> {
          int count = in.count();
          if (count == 0) {
            return List.of();
          }
          if (count == 1) {
            return List.of(element.read(in));
          }
          List<T> values = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            values.add(element.read(in));
          }
          return values;
        });
  }

  static <T> Wire<Optional<T>> optional(Wire<T> present) {
    return of(
        (out, value) -> {
          BOOL.write(out, value.isPresent());
          value.ifPresent(it -> present.write(out, it));
        },
        in -> in.bool() ? Optional.of(present.read(in)) : Optional.empty());
  }

  /** In the order of the keys, each once: the same map is the same bytes. */
  static <K extends Comparable<K>, V> Wire<PSortedMap<K, V>> sortedMap(Wire<K> key, Wire<V> value) {
    PSortedMap<K, V> empty = SortedRun.<K, V>start(0).toMap();
    return of(
        (out, map) -> {
          out.varint(map.size());
          if (!map.isEmpty()) {
            for (Map.Entry<K, V> entry : map.entrySet()) {
              key.write(out, entry.getKey());
              value.write(out, entry.getValue());
            }
          }
        },
        in -> {
          int count = in.count();
          if (count == 0) {
            return empty; // most maps are: millions of nodes share one
          }
          SortedRun<K, V> run = SortedRun.start(count);
          for (int i = 0; i < count; i++) {
            if (!run.add(key.read(in), value.read(in))) {
              throw in.damaged("the keys of a map are not in order");
            }
          }
          return run.toMap();
        });
  }

  // ---- one of several types

  /** A table of numbered rows, one for each type of a sealed interface. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  static <T> OneOf<T> oneOf(String kind, Class<T> sealed, OneOf.Row<? extends T>... rows) {
    return new OneOf<>(kind, sealed, List.of(rows));
  }

  static <T> OneOf.Row<T> row(int number, Class<T> type, Wire<T> wire) {
    return new OneOf.Row<>(number, type, wire);
  }

  /** A record without fields; only good inside a {@link #oneOf}, for it takes no byte. */
  static <R> Wire<R> constant(R value) {
    return of((out, same) -> {}, in -> value);
  }

  // ---- records: their fields, in order

  static <R, A> Wire<R> record(Function<A, R> make, Field<R, A> a) {
    return of(a::write, in -> make.apply(a.read(in)));
  }

  static <R, A, B> Wire<R> record(BiFunction<A, B, R> make, Field<R, A> a, Field<R, B> b) {
    return of(
        (out, value) -> {
          a.write(out, value);
          b.write(out, value);
        },
        in -> make.apply(a.read(in), b.read(in)));
  }

  static <R, A, B, C> Wire<R> record(
      Make3<A, B, C, R> make, Field<R, A> a, Field<R, B> b, Field<R, C> c) {
    return of(
        (out, value) -> {
          a.write(out, value);
          b.write(out, value);
          c.write(out, value);
        },
        in -> make.apply(a.read(in), b.read(in), c.read(in)));
  }

  static <R, A, B, C, D> Wire<R> record(
      Make4<A, B, C, D, R> make, Field<R, A> a, Field<R, B> b, Field<R, C> c, Field<R, D> d) {
    return of(
        (out, value) -> {
          a.write(out, value);
          b.write(out, value);
          c.write(out, value);
          d.write(out, value);
        },
        in -> make.apply(a.read(in), b.read(in), c.read(in), d.read(in)));
  }

  static <R, A, B, C, D, E> Wire<R> record(
      Make5<A, B, C, D, E, R> make,
      Field<R, A> a,
      Field<R, B> b,
      Field<R, C> c,
      Field<R, D> d,
      Field<R, E> e) {
    return of(
        (out, value) -> {
          a.write(out, value);
          b.write(out, value);
          c.write(out, value);
          d.write(out, value);
          e.write(out, value);
        },
        in -> make.apply(a.read(in), b.read(in), c.read(in), d.read(in), e.read(in)));
  }

  /** This wire as a field of a record. */
  default <R> Field<R, T> from(Function<R, T> getter) {
    return new Field<>(this, getter);
  }

  /** A wire, and where its value is in the record. */
  record Field<R, A>(Wire<A> wire, Function<R, A> getter) {
    void write(Output out, R value) {
      wire.write(out, getter.apply(value));
    }

    A read(Input in) {
      return wire.read(in);
    }
  }

  interface Make3<A, B, C, R> {
    R apply(A a, B b, C c);
  }

  interface Make4<A, B, C, D, R> {
    R apply(A a, B b, C c, D d);
  }

  interface Make5<A, B, C, D, E, R> {
    R apply(A a, B b, C c, D d, E e);
  }

  // ---- the two directions of a wire

  static <T> Wire<T> of(Writer<T> writer, Reader<T> reader) {
    return new Wire<>() {
      @Override
      public void write(Output out, T value) {
        writer.write(out, value);
      }

      @Override
      public T read(Input in) {
        return reader.read(in);
      }
    };
  }

  interface Writer<T> {
    void write(Output out, T value);
  }

  interface Reader<T> {
    T read(Input in);
  }
}
