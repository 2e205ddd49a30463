/** {@code demo}: stores the text files of a folder in a collection, and asks it questions. */
@ApplicationModule(allowedDependencies = "cli.exit")
@NullMarked
package dev.tributary.cli.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
