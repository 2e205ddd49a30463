/** Scores texts against a query: the port to a reranker, the rerankers, and the HTTP call. */
@ApplicationModule(allowedDependencies = {"failure", "inference"})
@NullMarked
package dev.tributary.rerank;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
