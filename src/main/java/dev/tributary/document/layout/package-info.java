/** Turns glyphs and where they are drawn into paragraphs and tables in reading order. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.tributary.document.layout;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
