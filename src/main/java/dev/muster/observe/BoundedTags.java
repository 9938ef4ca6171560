package dev.muster.observe;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Keeps what clients invent out of the meters' tags: each new value would be a series that is never
 * freed.
 */
@Singleton
public class BoundedTags {
  private static final String METHOD = "method";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE");

  @Produces
  @Singleton
  MeterFilter methods() {
    return new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id id) {
        String method = id.getTag(METHOD);
        if (method == null || METHODS.contains(method)) {
          return id;
        }
        List<Tag> tags = new ArrayList<>(id.getTags());
        tags.replaceAll(tag -> tag.getKey().equals(METHOD) ? Tag.of(METHOD, "OTHER") : tag);
        return id.replaceTags(tags);
      }
    };
  }
}
