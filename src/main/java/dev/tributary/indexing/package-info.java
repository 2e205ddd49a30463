/** Builds, advances and maintains the approximate indexes of collections in the background. */
@ApplicationModule(
        allowedDependencies = {"failure", "vector", "collection", "security", "sql", "background"})
@NullMarked
package dev.tributary.indexing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
