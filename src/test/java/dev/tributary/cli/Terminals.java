package dev.tributary.cli;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;

/** Terminals for tests. */
final class Terminals {
    private Terminals() {}

    /** A terminal whose streams go nowhere. */
    static Terminal silent() {
        return new Terminal(
                InputStream.nullInputStream(),
                new ByteArrayOutputStream(),
                new PrintWriter(Writer.nullWriter()),
                false);
    }
}
