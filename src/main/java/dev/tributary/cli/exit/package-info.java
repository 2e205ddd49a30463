/** How a command ends: its exit code, and why it failed. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.tributary.cli.exit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
