/** Splits extracted text into pieces that fit the input of an embedding model. */
@ApplicationModule(allowedDependencies = {"failure", "vector", "embedding", "document.extract"})
@NullMarked
package dev.tributary.document.chunk;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
