package dev.tributary.cli;

import dev.tributary.cli.read.ByteLines;
import dev.tributary.cli.read.ChunkJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checksums that show whether two collections, or exports of them, are the same. */
final class Sums {
    /** The times at the end of a line, which change with each import. */
    private static final Pattern TIMES =
            Pattern.compile(",\"created_at\":\"[^\"]*\",\"updated_at\":\"[^\"]*\"}$");

    /** More bytes than the times have at the end of a line. */
    private static final int TAIL_BYTES = 256;

    private Sums() {}

    /**
     * The checksum of an export.
     *
     * @param lines number of lines
     * @param sha256 SHA-256, in hexadecimal, of all lines with their newlines, without the times
     *     and the brace at the end
     */
    record Sum(long lines, String sha256) {}

    /** Reads an export to its end. */
    static Sum of(InputStream export) throws IOException {
        MessageDigest digest = sha256();
        var lines = new ByteLines(export, ChunkJson.LINE_BYTES_MAX);
        byte[] line;
        while ((line = lines.next()) != null) {
            digest.update(line, 0, length(line));
            digest.update((byte) '\n');
        }
        return new Sum(lines.number(), HexFormat.of().formatHex(digest.digest()));
    }

    private static int length(byte[] line) {
        int from = Math.max(0, line.length - TAIL_BYTES);
        String tail = new String(line, from, line.length - from, StandardCharsets.ISO_8859_1);
        Matcher times = TIMES.matcher(tail);
        return times.find() ? from + times.start() : line.length;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
