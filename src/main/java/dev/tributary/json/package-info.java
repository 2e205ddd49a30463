/** How the port's types are read from JSON and written to it. */
@ApplicationModule(allowedDependencies = {"failure", "vector"})
@NullMarked
package dev.tributary.json;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
