/** Which store answers a search. */
@ApplicationModule(allowedDependencies = {"failure", "vector", "follow"})
@NullMarked
package dev.tributary.routing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
