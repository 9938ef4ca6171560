/**
 * What an application is configured with in effect: the items of a namespace that apply to it, one
 * above the other, merged key by key, references between them resolved. Pure functions of a {@link
 * dev.muster.core.State}: every node gives the same answer. {@code docs/effective-configuration.md}
 * has the rules.
 */
@NullMarked
package dev.muster.config.effective;

import org.jspecify.annotations.NullMarked;
