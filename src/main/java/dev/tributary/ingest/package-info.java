/** Chunks in, and by id, filter or source out again. */
@ApplicationModule(
        allowedDependencies = {
            "failure",
            "security",
            "vector",
            "collection",
            "indexing",
            "embedding",
            "json"
        })
@NullMarked
package dev.tributary.ingest;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
