/**
 * What can go wrong: for a caller, one exception with a closed set of kinds; at the start, another.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.tributary.failure;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
