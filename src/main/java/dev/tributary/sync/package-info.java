/**
 * Keeps copies of collections in step with their sources: a log of changes with any number of
 * followers, the first copy, and catching up.
 */
@ApplicationModule(allowedDependencies = {"failure", "vector", "sql", "job", "background"})
@NullMarked
package dev.tributary.sync;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
