/** Searches vectors in Qdrant: what it holds of a chunk, and how a filter is asked of it. */
@ApplicationModule(allowedDependencies = {"failure", "vector", "background"})
@NullMarked
package dev.tributary.qdrant;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
