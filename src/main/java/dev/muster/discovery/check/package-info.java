/**
 * Active health checks: what they ask for, which addresses they may reach, which node runs which of
 * them, and when their verdict changes. What goes over the wire is behind {@link
 * dev.muster.discovery.check.Prober}.
 */
@NullMarked
package dev.muster.discovery.check;

import org.jspecify.annotations.NullMarked;
