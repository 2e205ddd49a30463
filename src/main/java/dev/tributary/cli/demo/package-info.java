/** {@code demo}: puts the text files of a folder into a collection, and asks it questions. */
@ApplicationModule(allowedDependencies = "cli.exit")
@NullMarked
package dev.tributary.cli.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
