package dev.muster.door.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Raw request lines, since HTTP libraries tidy paths up before they send them. */
@QuarkusTest
class PathsTest {
  private static final Pattern CODE = Pattern.compile("\"code\":\"([a-z0-9-]+)\"");

  private static String get(String path) throws IOException {
    return Http.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  private static String code(String answer) {
    Matcher matcher = CODE.matcher(answer);
    return matcher.find() ? matcher.group(1) : "none in: " + answer;
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/namespaces/a/configs/a%, invalid-percent-encoding",
    "/api/v1/namespaces/a/configs/a%4, invalid-percent-encoding",
    "/api/v1/namespaces/a/configs/a%zz, invalid-percent-encoding",
    "/api/v1/namespaces/a/configs/a%-1b, invalid-percent-encoding",
    "/api/v1/namespaces/a/configs/%4/41, invalid-percent-encoding",
    "/api/v1/namespaces/a/configs/a%FF, invalid-utf8",
    "/api/v1/namespaces/a/configs/%C0%AF, invalid-utf8",
    "/api/v1/namespaces/a/configs/%ED%A0%80, invalid-utf8",
    "/api/v1/namespaces/a/configs/a%2Fb, encoded-slash",
    "/api/v1/namespaces/a/configs/a%2fb, encoded-slash",
    "/api/v1/namespaces/a/configs/../secret, dot-segment",
    "/api/v1/namespaces/a/configs/./x, dot-segment",
    "/api/v1/namespaces/a/configs/%2e%2E/secret, dot-segment",
    "/api/v1/namespaces/a/configs/x/.., dot-segment",
    "/x/../api/v1/ping, dot-segment",
    "/api/v1/namespaces/a/configs/a//b, empty-segment",
    "/api/v1/namespaces/a/configs/a/, empty-segment",
    "/api/v1/namespaces/a/configs/, empty-segment",
    "//api/v1/ping, empty-segment",
    "/api/v1/ping/, empty-segment",
    "/api/v1/namespaces/a/configs/a;v=1, path-parameters",
    "/api/v1/namespaces/a;b/configs/a, path-parameters",
    "/api/v1/namespaces/a/configs/a%00b, invalid-character",
    "/api/v1/namespaces/a/configs/a%0Ab, invalid-character",
    "/api/v1/namespaces/a/configs/a%7Fb, invalid-character",
    "/api/v1/namespaces/a/configs/a\u00e9, invalid-character",
    "/api/v1/namespaces/a/configs/a%E2%80%AEb, invalid-character",
    "/api/v1/namespaces/a/configs/a%E2%81%A6b, invalid-character",
    "/api/v1/namespaces/a/configs/a%E2%80%8B, invalid-character",
    "/api/v1/namespaces/a/configs/%EF%BB%BFa, invalid-character",
    "/api/v1/namespaces/a/configs/a%E2%80%A8b, invalid-character",
    "/api/v1/namespaces/a/configs/a%F3%A0%81%81, invalid-character",
    "/api/v1/namespaces/a/configs/%E3%85%A4, invalid-character",
    "/api/v1/tree/%E2%80%AE, invalid-character",
    "/api/v1/namespaces/a/configs/%EF%BF%BF, invalid-path",
    "/api/v1/namespaces/a/configs/%C2%85, invalid-path",
    "/api/v1/namespaces/.a/configs/x, invalid-name",
    "/api/v1/namespaces/a%20b/configs/x, invalid-name",
    "/q/%zz, invalid-percent-encoding",
    "/api/v1/nothing, not-found",
  })
  void malformedPathsAreRefusedEachWithItsCode(String path, String code) throws IOException {
    String answer = get(path);
    assertEquals(code, code(answer), path);
    assertTrue(answer.contains("application/problem+json"), answer);
  }

  @Test
  void namesAreDecodedOnceAndKeptApart() throws IOException {
    String namespace = Http.namespace();
    for (String name : new String[] {"a%20b", "a+b", "a%2Bb+", "100%2525", "%C3%A9/%3B", "a:b@c"}) {
      String path = Http.item(namespace, name);
      String written =
          Http.raw(
              "PUT "
                  + path
                  + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                  + name.length()
                  + "\r\n\r\n"
                  + name);
      assertTrue(written.startsWith("HTTP/1.1 201"), written);
    }
    for (String name : new String[] {"a%20b", "a+b", "a%2Bb+", "100%2525", "%C3%A9/%3B", "a:b@c"}) {
      assertTrue(get(Http.item(namespace, name)).endsWith("\r\n\r\n" + name), name);
    }
    String list = get(Http.API + "/namespaces/" + namespace + "/configs");
    for (String decoded : new String[] {"a b", "a+b", "a+b+", "100%25", "é/;", "a:b@c"}) {
      assertTrue(list.contains("\"name\":\"" + decoded + "\""), decoded + " in " + list);
    }
  }

  @Test
  void tooLongAndTooDeepNameTheLimit() throws IOException {
    String namespace = Http.namespace();
    String deep = get(Http.item(namespace, "a/".repeat(40) + "a"));
    assertEquals("limit-exceeded", code(deep));
    assertTrue(deep.contains("\"limit\":\"path.depth\",\"value\":43,\"max\":32"), deep);
    String longName = get(Http.item(namespace, "a".repeat(1_100)));
    assertEquals("limit-exceeded", code(longName));
    assertTrue(longName.contains("\"limit\":\"path.bytes\""), longName);
  }
}
