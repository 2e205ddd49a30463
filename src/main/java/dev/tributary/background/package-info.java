/** Background work that starts and stops with the service. */
@ApplicationModule(allowedDependencies = "failure")
@NullMarked
package dev.tributary.background;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
