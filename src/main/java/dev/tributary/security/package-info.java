/** Who may call: for now, everybody on this machine. */
@ApplicationModule(allowedDependencies = "failure")
@NullMarked
package dev.tributary.security;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
