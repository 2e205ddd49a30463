/** Durable jobs: work in the background that survives the process that runs it. */
@ApplicationModule(allowedDependencies = {"failure", "security", "sql", "background"})
@NullMarked
package dev.tributary.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
