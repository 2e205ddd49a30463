/** The recall of approximate searches: measured on demand, and on a sample of live searches. */
@ApplicationModule(
        allowedDependencies = {"failure", "vector", "collection", "security", "background"})
@NullMarked
package dev.tributary.recall;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
