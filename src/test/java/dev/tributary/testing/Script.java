package dev.tributary.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command of the project, run as people do, in the project's folder. */
public final class Script {
    private static final int TIMEOUT_S = 120;

    private Script() {}

    /** How a command ended, and what it printed. */
    public record Outcome(int exit, String output, String errors) {}

    /**
     * Runs one, on the JDK of this test, for {@value #TIMEOUT_S} s at most.
     *
     * @param directory where its output is kept
     * @param variables added to its environment
     */
    public static Outcome run(Path directory, Map<String, String> variables, List<String> command)
            throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        var builder =
                new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " does not end");
        }
        return new Outcome(process.exitValue(), Files.readString(output), Files.readString(errors));
    }
}
