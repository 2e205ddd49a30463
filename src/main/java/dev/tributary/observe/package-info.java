/** Measures how well live searches answer, beside them and within a budget. */
@ApplicationModule(allowedDependencies = {"failure", "vector", "background"})
@NullMarked
package dev.tributary.observe;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
