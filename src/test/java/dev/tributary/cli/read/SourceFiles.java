package dev.tributary.cli.read;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Files as other programs write them, made byte by byte. */
public final class SourceFiles {
    private SourceFiles() {}

    /** A .npy of one version with a header of one's own. */
    public static Path npy(Path file, int version, String header, byte[] data) throws IOException {
        int lengthBytes = version == 1 ? 2 : 4;
        String padded = header + " ".repeat(63 - (8 + lengthBytes + header.length()) % 64) + "\n";
        ByteBuffer start = ByteBuffer.allocate(8 + lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        start.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            start.putShort((short) padded.length());
        } else {
            start.putInt(padded.length());
        }
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(start.array());
        bytes.writeBytes(padded.getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(data);
        return Files.write(file, bytes.toByteArray());
    }

    /** A matrix of float32. */
    public static Path npy(Path file, float[][] rows) throws IOException {
        String header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
                        .formatted(rows.length, rows.length == 0 ? 1 : rows[0].length);
        return npy(file, 1, header, floats(rows));
    }

    public static byte[] floats(float[]... rows) {
        var bytes = new ByteArrayOutputStream();
        for (float[] row : rows) {
            ByteBuffer buffer =
                    ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            buffer.asFloatBuffer().put(row);
            bytes.writeBytes(buffer.array());
        }
        return bytes.toByteArray();
    }

    public static byte[] longs(long... values) {
        ByteBuffer buffer =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asLongBuffer().put(values);
        return buffer.array();
    }

    /** Each vector behind its dimension. */
    public static Path fvecs(Path file, float[]... rows) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (float[] row : rows) {
            bytes.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(row.length)
                            .array());
            bytes.writeBytes(floats(row));
        }
        return Files.write(file, bytes.toByteArray());
    }

    /** A SQLite file in which these statements were run. */
    public static Path sqlite(Path file, String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return file;
    }

    /** A BLOB of float32 for a statement. */
    public static String blob(float... row) {
        return "x'" + java.util.HexFormat.of().formatHex(floats(row)) + "'";
    }

    /** Reads everything. */
    public static List<Row> rows(VectorReader reader) throws IOException {
        try (reader) {
            List<Row> rows = new ArrayList<>();
            SourceRecord next;
            while ((next = reader.next()) != null) {
                rows.add((Row) next);
            }
            return rows;
        }
    }

    public static SourceInput text(String text) throws IOException {
        return SourceInput.open(null, stream(text));
    }

    public static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
