package dev.muster.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;

class VersionTest {
  @Test
  void theConstantIsTheVersionOfThePom() throws Exception {
    var pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile());
    assertEquals(
        XPathFactory.newInstance().newXPath().evaluate("/project/version", pom), Version.CURRENT);
  }
}
