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
 * @param in what is imported from {@code -}
 * @param out results, as bytes: an export is what it is
 * @param err progress and failures
 * @param isInteractive whether somebody watches, so that a line may be written over
 */
record Terminal(InputStream in, OutputStream out, PrintWriter err, boolean isInteractive) {
    /** That of this process. */
    @SuppressWarnings("SystemConsoleNull") // It does again in 25 (JDK-8351435).
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
