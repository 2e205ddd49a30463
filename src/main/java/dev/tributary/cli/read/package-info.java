/** Readers of files, by other systems or by this one, for the command line. */
@ApplicationModule(allowedDependencies = {"cli.exit", "failure", "vector"})
@NullMarked
package dev.tributary.cli.read;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
