/** Turns text into embeddings: the port to a model, the models, a cache, and the HTTP calls. */
@ApplicationModule(allowedDependencies = {"failure", "vector", "inference"})
@NullMarked
package dev.tributary.embedding;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
