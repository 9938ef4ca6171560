package dev.muster.door.rest;

import dev.muster.config.effective.Client;
import dev.muster.config.effective.EffectiveLimits;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of effective configuration.
 *
 * @param resolve whether references are resolved
 * @param diff whether the answer tells what changes; of a preview
 */
record EffectiveQuestion(Query query, Client client, Form form, boolean resolve, boolean diff) {
  static final String PROFILE = "profile";
  static final String LABELS = "labels";
  static final String AS = "as";
  static final String RESOLVE = "resolve";
  static final String DIFF = "diff";

  private static final Set<String> PARAMETERS =
      Set.of(Query.CONSISTENCY, PROFILE, LABELS, AS, RESOLVE);

  private static final Pattern LABEL =
      Pattern.compile(
          "([A-Za-z0-9][A-Za-z0-9._/-]{0,%1$d})=([^,\\p{Cntrl}]{0,%2$d})"
              .formatted(EffectiveLimits.NAME_CHARS_MAX - 1, EffectiveLimits.NAME_CHARS_MAX));

  /** How the configuration is written. */
  enum Form {
    /** With the origin of each property. */
    JSON,
    PROPERTIES,
    YAML,
    /** A JSON object of key to text. */
    FLAT
  }

  static EffectiveQuestion of(RoutingContext context, boolean preview) {
    Set<String> known = new TreeSet<>(PARAMETERS);
    if (preview) {
      known.add(DIFF);
    }
    Query query = Query.of(context, known);
    RequestPath path = RequestPath.of(context);
    Client client =
        new Client(
            ConfigProblems.namespace(path),
            path.from(5),
            profiles(query.text(PROFILE)),
            labels(query.text(LABELS)));
    Form form = form(query.text(AS, "json"));
    boolean diff = query.flag(DIFF);
    if (diff && form != Form.JSON) {
      throw Query.invalid(DIFF, "goes with as=json only");
    }
    boolean resolve = query.text(RESOLVE) == null || query.flag(RESOLVE);
    return new EffectiveQuestion(query, client, form, resolve, diff);
  }

  private static Form form(String text) {
    for (Form form : Form.values()) {
      if (form.name().toLowerCase(Locale.ROOT).equals(text)) {
        return form;
      }
    }
    throw Query.invalid(AS, "is json, properties, yaml or flat");
  }

  private static List<String> profiles(@Nullable String text) {
    List<String> profiles = new ArrayList<>();
    for (String profile : split(text)) {
      if (!Client.isProfile(profile) || profiles.contains(profile)) {
        throw Query.invalid(
            PROFILE, "is names with commas between, each once; a name is " + Client.PROFILE_RULE);
      }
      profiles.add(profile);
    }
    if (profiles.size() > EffectiveLimits.PROFILES_MAX) {
      throw Query.invalid(PROFILE, "has at most " + EffectiveLimits.PROFILES_MAX + " names");
    }
    return profiles;
  }

  private static SortedMap<String, String> labels(@Nullable String text) {
    SortedMap<String, String> labels = new TreeMap<>();
    for (String label : split(text)) {
      var matcher = LABEL.matcher(label);
      if (!matcher.matches() || labels.put(matcher.group(1), matcher.group(2)) != null) {
        throw Query.invalid(
            LABELS, "is name=value with commas between, each name once, as in zone=a,tier=gold");
      }
    }
    if (labels.size() > EffectiveLimits.LABELS_MAX) {
      throw Query.invalid(LABELS, "has at most " + EffectiveLimits.LABELS_MAX + " labels");
    }
    return labels;
  }

  private static String[] split(@Nullable String text) {
    return text == null || text.isEmpty() ? new String[0] : text.split(",", -1);
  }

  /** What answers are kept under; none of its parts has a line end in it. */
  String key() {
    StringBuilder key = new StringBuilder("\neffective\n");
    key.append(client.namespace()).append('\n').append(client.app()).append('\n');
    client.profiles().forEach(profile -> key.append(profile).append(','));
    client
        .labels()
        .forEach((name, value) -> key.append('\n').append(name).append('=').append(value));
    return key.append('\n').append(form).append('\n').append(resolve).toString();
  }
}
