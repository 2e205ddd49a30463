/** The command line: import, export, checksum and demo. Calls a service over HTTP only. */
@ApplicationModule(allowedDependencies = {"cli.demo", "cli.exit", "cli.read"})
@NullMarked
package dev.tributary.cli;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
