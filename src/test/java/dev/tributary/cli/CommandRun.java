package dev.tributary.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A command that has ended. */
record CommandRun(int exit, String out, String err) {
    static CommandRun of(String... arguments) {
        return reading("", arguments);
    }

    /** With something on its standard input. */
    static CommandRun reading(String input, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new StringWriter();
        var terminal =
                new Terminal(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        out,
                        new PrintWriter(err, true),
                        false);
        int exit = Commands.run(terminal, arguments);
        return new CommandRun(exit, out.toString(StandardCharsets.UTF_8), err.toString());
    }

    /** With arguments for every run ahead of those of this one. */
    static CommandRun of(String command, String[] more, String... arguments) {
        var all = new String[1 + more.length + arguments.length];
        all[0] = command;
        System.arraycopy(more, 0, all, 1, more.length);
        System.arraycopy(arguments, 0, all, 1 + more.length, arguments.length);
        return of(Arrays.copyOf(all, all.length));
    }
}
