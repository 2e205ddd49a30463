/** Searches by vector, by words and by both. */
@ApplicationModule(
        allowedDependencies = {
            "failure",
            "security",
            "vector",
            "collection",
            "embedding",
            "rerank",
            "json"
        })
@NullMarked
package dev.tributary.search;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
