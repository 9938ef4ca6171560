/**
 * Probes of instances over the network: HTTP, TCP and gRPC's health protocol, by Vert.x' clients.
 */
@NullMarked
package dev.muster.probe;

import org.jspecify.annotations.NullMarked;
