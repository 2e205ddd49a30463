/** Extracts text and its structure from plain text, Markdown, HTML and PDF. */
@ApplicationModule(allowedDependencies = {"failure", "vector", "document.layout"})
@NullMarked
package dev.tributary.document.extract;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
