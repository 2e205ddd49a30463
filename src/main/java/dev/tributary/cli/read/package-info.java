/** Readers of files that other systems or this one wrote, for the command line. */
@ApplicationModule(allowedDependencies = {"cli.exit", "failure", "json", "vector"})
@NullMarked
package dev.tributary.cli.read;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
