package dev.muster.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What a running JVM uses, seen from outside. */
final class Jvm {
  private Jvm() {}

  /** Bytes of all live objects, after a full collection. */
  static long liveHeapBytes(long pid) throws IOException, InterruptedException {
    List<String> lines = jcmd(pid, "GC.class_histogram").lines().toList();
    for (int i = lines.size() - 1; i >= 0; i--) {
      String[] columns = lines.get(i).trim().split("\\s+", -1);
      if (columns[0].equals("Total")) {
        return Long.parseLong(columns[2]);
      }
    }
    throw new IOException("jcmd printed no total");
  }

  /** Memory that the process holds, in bytes; Linux only. */
  static long residentBytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("no VmRSS of " + pid);
  }

  /** Processor time that processes have used so far. */
  static long cpuNanos(List<ProcessHandle> processes) {
    return processes.stream()
        .mapToLong(process -> process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
        .sum();
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("jcmd " + pid + " " + command + ": " + output);
    }
    return output;
  }
}
