/** Tributary: vector search, full-text search and their fusion over HTTP. */
@NullMarked
package dev.tributary;

import org.jspecify.annotations.NullMarked;
