/** The command line: import, export, checksum and demo. Talks to a service over HTTP alone. */
@ApplicationModule(allowedDependencies = {"cli.demo", "cli.exit", "cli.read"})
@NullMarked
package dev.tributary.cli;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
