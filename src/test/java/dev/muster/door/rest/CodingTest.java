package dev.muster.door.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gzip                                | true
          GZIP                                | true
          x-gzip                              | true
          deflate, gzip;q=1.0, *;q=0.5        | true
          gzip;q=0                            | false
          gzip;q=0.000                        | false
          gzip;q=0, *                         | false
          *                                   | true
          *;q=0                               | false
          br                                  | false
          identity                            | false
          identity;q=0.5, gzip;q=0.5          | true
          identity;q=1, gzip;q=0.5            | false
          identity;q=0.5, *;q=0.4             | false
          identity;q=0, *;q=0                 | false
          gzip;q=x                            | false
          gzip;q=1.5                          | false
          gzip ; q=0.001                      | true
          ,,                                  | false
          """)
  void weightsAreHonoured(String header, boolean accepted) {
    assertEquals(accepted, Coding.acceptsGzip(header));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "Application/YAML; charset=utf-8, true",
    "application/problem+json, true",
    "text/plain, true",
    "text/x-java-properties, true",
    "application/octet-stream, false",
    "image/png, false"
  })
  void textIsCompressible(String type, boolean compressible) {
    assertEquals(compressible, Coding.isCompressible(type, 1_024));
    assertEquals(false, Coding.isCompressible(type, 1_023));
  }

  @Test
  void gzipIsGzip() throws IOException {
    byte[] plain = "some text, ".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    byte[] compressed = Coding.gzip(plain);
    assertArrayEquals(
        plain, new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes());
  }

  @Test
  void whatIsKeptIsThatOfTheSameBytesOnly() {
    byte[] plain = {1};
    byte[] compressed = {2};
    assertNull(Compressed.find(plain));
    Compressed.keep(plain, compressed);
    assertSame(compressed, Compressed.find(plain));
    assertNull(Compressed.find(plain.clone()));
  }
}
