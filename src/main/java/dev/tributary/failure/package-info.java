/** What can go wrong, as one exception with a closed set of kinds. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.tributary.failure;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
