package dev.muster.config.effective;

import dev.muster.format.Property;
import java.util.Map;

/**
 * An item as a part of a configuration.
 *
 * @param revision that modified the item last
 * @param why it applies: {@code defaults}, {@code profile prod} and the like
 * @param properties what it says, without what it includes
 */
public record Layer(
    String item, long revision, String contentType, String why, Map<String, Property> properties) {}
