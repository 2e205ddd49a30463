/**
 * The failures of the service: one exception with a closed set of kinds for callers, and one for
 * the start.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.tributary.failure;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
