package dev.muster.discovery.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.discovery.Health;
import dev.muster.discovery.InvalidInstanceException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckJsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static List<CheckSpec> read(String json) {
    try {
      return CheckJson.read(MAPPER.readTree(json.replace('\'', '"')));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String write(List<CheckSpec> checks) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = MAPPER.createGenerator(text)) {
      CheckJson.write(json, checks);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return text.toString().replace('"', '\'');
  }

  @Test
  void whatHasADefaultIsAlwaysWritten() {
    assertEquals(
        "[{'id':'web','type':'http','intervalSeconds':10,'timeoutMillis':3000,"
            + "'healthyThreshold':1,'unhealthyThreshold':3,'initial':'critical',"
            + "'secondOpinion':false,'scheme':'http','path':'/','method':'GET','headers':{},"
            + "'expectedStatus':'200-299'},"
            + "{'id':'port','type':'tcp','port':9000,'intervalSeconds':1,'timeoutMillis':1000,"
            + "'healthyThreshold':1,'unhealthyThreshold':3,'initial':'critical',"
            + "'secondOpinion':false}]",
        write(
            read(
                "[{'type':'http','id':'web'},"
                    + "{'type':'tcp','id':'port','port':9000,'intervalSeconds':1}]")));
  }

  @Test
  void everythingIsReadAndWritten() {
    String all =
        "[{'id':'web','type':'http','port':'admin','intervalSeconds':30,'timeoutMillis':2500,"
            + "'healthyThreshold':2,'unhealthyThreshold':4,'initial':'passing',"
            + "'secondOpinion':true,'scheme':'https','path':'/health?deep=1','method':'POST',"
            + "'headers':{'accept':'*/*','host':'web.example.org'},"
            + "'expectedStatus':'200-299,304','bodyContains':'UP',"
            + "'tls':{'verify':true,'serverName':'web.example.org'}},"
            + "{'id':'rpc','type':'grpc','intervalSeconds':10,'timeoutMillis':3000,"
            + "'healthyThreshold':1,'unhealthyThreshold':3,'initial':'critical',"
            + "'secondOpinion':false,'service':'shop.Orders','tls':{'verify':false}}]";
    List<CheckSpec> checks = read(all);
    assertEquals(all, write(checks));
    assertEquals(checks, read(write(checks)));
    assertEquals(Health.PASSING, checks.get(0).terms().initial());
  }

  @Test
  void noneIsEmpty() {
    assertEquals(List.of(), read("null"));
    assertEquals(List.of(), CheckJson.read(null));
    assertEquals(List.of(), read("[]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | checks",
        "[7] | checks[0].check",
        "[{'id':'a'}] | checks[0].type",
        "[{'type':'tcp'}] | checks[0].id",
        "[{'id':'a','type':'icmp'}] | checks[0].type",
        "[{'id':'-','type':'tcp'}] | checks[0].id",
        "[{'id':'a','type':'tcp','path':'/'}] | checks[0].path",
        "[{'id':'a','type':'tcp'},{'id':'b','type':'http','body':'x'}] | checks[1].body",
        "[{'id':'a','type':'http','path':'health'}] | checks[0].path",
        "[{'id':'a','type':'http','path':'/a b'}] | checks[0].path",
        "[{'id':'a','type':'http','path':'/a\\r\\nHost: b'}] | checks[0].path",
        "[{'id':'a','type':'http','path':7}] | checks[0].path",
        "[{'id':'a','type':'http','method':'DELETE'}] | checks[0].method",
        "[{'id':'a','type':'http','method':'HEAD','bodyContains':'x'}] | checks[0].bodyContains",
        "[{'id':'a','type':'http','headers':{'X-A':'b\\r\\nc'}}] | checks[0].headers.X-A",
        "[{'id':'a','type':'http','headers':{'X-A':'ü'}}] | checks[0].headers.X-A",
        "[{'id':'a','type':'http','headers':{'A:b':'c'}}] | checks[0].headers",
        "[{'id':'a','type':'http','headers':{'Content-Length':'9'}}] | checks[0].headers.Content-Length",
        "[{'id':'a','type':'http','expectedStatus':'20x'}] | checks[0].expectedStatus",
        "[{'id':'a','type':'http','expectedStatus':'299-200'}] | checks[0].expectedStatus",
        "[{'id':'a','type':'http','expectedStatus':'100'}] | checks[0].expectedStatus",
        "[{'id':'a','type':'http','scheme':'ftp'}] | checks[0].scheme",
        "[{'id':'a','type':'http','scheme':'http','tls':{}}] | checks[0].tls",
        "[{'id':'a','type':'http','tls':{}}] | checks[0].tls",
        "[{'id':'a','type':'http','scheme':'https','tls':{'insecure':true}}] | checks[0].tls.insecure",
        "[{'id':'a','type':'http','scheme':'https','tls':{'ca':'x'}}] | checks[0].tls.ca",
        "[{'id':'a','type':'http','scheme':'https','tls':{'serverName':'a b'}}] | checks[0].tls.serverName",
        "[{'id':'a','type':'tcp','port':0}] | checks[0].port",
        "[{'id':'a','type':'tcp','port':65536}] | checks[0].port",
        "[{'id':'a','type':'tcp','port':1.5}] | checks[0].port",
        "[{'id':'a','type':'tcp','intervalSeconds':0}] | checks[0].intervalSeconds",
        "[{'id':'a','type':'tcp','intervalSeconds':3601}] | checks[0].intervalSeconds",
        "[{'id':'a','type':'tcp','intervalSeconds':9223372036854775807}] | checks[0].intervalSeconds",
        "[{'id':'a','type':'tcp','intervalSeconds':2,'timeoutMillis':2001}] | checks[0].timeoutMillis",
        "[{'id':'a','type':'tcp','timeoutMillis':99}] | checks[0].timeoutMillis",
        "[{'id':'a','type':'tcp','healthyThreshold':0}] | checks[0].healthyThreshold",
        "[{'id':'a','type':'tcp','unhealthyThreshold':4294967297}] | checks[0].unhealthyThreshold",
        "[{'id':'a','type':'tcp','initial':'good'}] | checks[0].initial",
        "[{'id':'a','type':'tcp','secondOpinion':'yes'}] | checks[0].secondOpinion",
        "[{'id':'a','type':'grpc','service':'a\\nb'}] | checks[0].service",
        "[{},{},{},{},{},{},{},{},{}] | checks",
      })
  void whatIsWrongIsNamed(String json, String field) {
    assertEquals(field, assertThrows(InvalidInstanceException.class, () -> read(json)).field());
  }

  @Test
  void checksOfOneInstanceBelongTogether() {
    List<CheckSpec> twice = read("[{'id':'a','type':'tcp'},{'id':'a','type':'http'}]");
    assertEquals(
        "checks[1].id",
        assertThrows(
                InvalidInstanceException.class, () -> CheckSpec.checkAll(twice, Set.of("http")))
            .field());
    List<CheckSpec> named = read("[{'id':'a','type':'tcp','port':'grpc'}]");
    assertEquals(named, CheckSpec.checkAll(named, Set.of("grpc")));
    assertEquals(
        "checks[0].port",
        assertThrows(InvalidInstanceException.class, () -> CheckSpec.checkAll(named, Set.of()))
            .field());
  }
}
