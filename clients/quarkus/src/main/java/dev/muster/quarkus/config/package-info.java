/**
 * Muster as a source of MicroProfile Config. {@link
 * dev.muster.quarkus.config.MusterConfigSourceFactory} is found by SmallRye Config; programs use
 * none of this directly.
 */
@NullMarked
package dev.muster.quarkus.config;

import org.jspecify.annotations.NullMarked;
