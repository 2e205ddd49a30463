/** Import, export and checksum from the command line; talks to a service over HTTP alone. */
@ApplicationModule(allowedDependencies = {"failure", "vector"})
@NullMarked
package dev.tributary.command;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
