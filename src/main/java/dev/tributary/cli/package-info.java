/** The command line: import, export and checksum. Talks to a service over HTTP alone. */
@ApplicationModule(allowedDependencies = {"cli.exit", "cli.read"})
@NullMarked
package dev.tributary.cli;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
