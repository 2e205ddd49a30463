package dev.tributary.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads from and writes to.
 *
 * @param in the input for an import from {@code -}
 * @param out results, as bytes, so that an export stays unchanged
 * @param err progress and failures
 * @param isInteractive whether it is a terminal, on which a line may be overwritten
 */
record Terminal(InputStream in, OutputStream out, PrintWriter err, boolean isInteractive) {
    /** The streams of this process. */
    @SuppressWarnings("SystemConsoleNull") // It returns null again in 25 (JDK-8351435).
    static Terminal ofProcess() {
        var console = System.console();
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
                new PrintWriter(
                        new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                console != null && console.isTerminal());
    }

    void say(String message) {
        err.println("tributary: " + message);
        err.flush();
    }
}
