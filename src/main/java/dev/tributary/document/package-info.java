/**
 * Stores documents: extracts their text, splits it, embeds what is new and replaces all chunks of
 * the source, within the request or in a job.
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
            "job",
            "document.extract",
            "document.chunk"
        })
@NullMarked
package dev.tributary.document;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
