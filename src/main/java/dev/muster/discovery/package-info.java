/**
 * Who offers which service where: instances under {@code /services/{namespace}/{service}}, each as
 * long-lived as the session it is bound to.
 */
@NullMarked
package dev.muster.discovery;

import org.jspecify.annotations.NullMarked;
