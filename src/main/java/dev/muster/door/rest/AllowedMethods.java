package dev.muster.door.rest;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which methods the resource at a path has, as the resources' annotations say. The framework does
 * not tell with its 405, and takes a wrong method on a path that ends in a hierarchical name for a
 * resource that does not exist.
 */
final class AllowedMethods {
  /** All of this door's; a test sees to it. */
  static final List<Class<?>> RESOURCES =
      List.of(
          BulkResource.class,
          ClusterResource.class,
          ConfigItemResource.class,
          ConfigPatchResource.class,
          ConfigsResource.class,
          DiffResource.class,
          DrainResource.class,
          EffectiveResource.class,
          HistoriesResource.class,
          HistoryResource.class,
          HostsResource.class,
          InstanceResource.class,
          InstancesResource.class,
          KeysResource.class,
          LeaseResource.class,
          MetadataResource.class,
          NamespacesResource.class,
          PingResource.class,
          PollResource.class,
          PrometheusResource.class,
          PropertiesResource.class,
          ProtectionResource.class,
          SchemaResource.class,
          SchemasResource.class,
          ServiceResource.class,
          ServicesResource.class,
          SessionStreamResource.class,
          SessionsResource.class,
          SubscribersResource.class,
          TransferResource.class,
          TreeResource.class,
          ZonesResource.class);

  private static final Pattern VARIABLE = Pattern.compile("\\{[^:}]+(?::([^}]+))?}");

  private static final List<Route> ROUTES = routes();

  private AllowedMethods() {}

  private record Route(Pattern path, SortedSet<String> methods) {
    boolean isAt(String requested) {
      return path.matcher(requested).matches();
    }
  }

  /** In the order of the alphabet; empty if there is no such resource. */
  static Set<String> at(String path) {
    for (Route route : ROUTES) {
      if (route.isAt(path) || route.isAt(path + "/")) { // a last variable may be empty
        return route.methods;
      }
    }
    return Set.of();
  }

  private static List<Route> routes() {
    Map<String, SortedSet<String>> byPath = new LinkedHashMap<>();
    for (Class<?> resource : RESOURCES) {
      String base = resource.getAnnotation(Path.class).value();
      for (Method method : resource.getDeclaredMethods()) {
        for (Annotation annotation : method.getAnnotations()) {
          HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
          if (http != null) {
            Path below = method.getAnnotation(Path.class);
            SortedSet<String> methods =
                byPath.computeIfAbsent(regex(join(base, below)), path -> new TreeSet<>());
            methods.add(http.value());
            methods.add("OPTIONS");
            if (http.value().equals("GET")) {
              methods.add("HEAD");
            }
          }
        }
      }
    }
    List<Route> routes = new ArrayList<>();
    byPath.forEach((path, methods) -> routes.add(new Route(Pattern.compile(path), methods)));
    return List.copyOf(routes);
  }

  private static String join(String base, @Nullable Path below) {
    if (below == null) {
      return base;
    }
    return below.value().startsWith("/") ? base + below.value() : base + "/" + below.value();
  }

  private static String regex(String template) {
    StringBuilder regex = new StringBuilder();
    Matcher variable = VARIABLE.matcher(template);
    int from = 0;
    while (variable.find()) {
      regex.append(Pattern.quote(template.substring(from, variable.start())));
      regex.append(variable.group(1) == null ? "[^/]+" : variable.group(1));
      from = variable.end();
    }
    return regex.append(Pattern.quote(template.substring(from))).toString();
  }
}
