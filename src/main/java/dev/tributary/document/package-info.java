/**
 * Documents in: read as text, split into chunks, embedded where new, and replaced as a whole: at
 * once, or by a job.
 */
@ApplicationModule(
        allowedDependencies = {
            "failure",
            "security",
            "vector",
            "sql",
            "collection",
            "indexing",
            "embedding",
            "json",
            "ingest",
            "job"
        })
@NullMarked
package dev.tributary.document;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
