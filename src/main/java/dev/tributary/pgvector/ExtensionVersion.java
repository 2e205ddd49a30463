package dev.tributary.pgvector;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of pgvector in the database. */
record ExtensionVersion(int major, int minor, int patch) implements Comparable<ExtensionVersion> {
    /** The first version with {@code halfvec}, {@code bit} indexes and {@code binary_quantize}. */
    static final ExtensionVersion LEAST = new ExtensionVersion(0, 7, 0);

    /** The first version that continues an index scan if a filter has dropped too many rows. */
    static final ExtensionVersion ITERATIVE_SCANS = new ExtensionVersion(0, 8, 0);

    /** The first version without the known HNSW index corruption and buffer overflow bugs. */
    static final ExtensionVersion SOUND = new ExtensionVersion(0, 8, 4);

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");

    static ExtensionVersion parse(String text) {
        Matcher numbers = NUMBERS.matcher(text);
        if (!numbers.matches()) {
            throw new IllegalArgumentException("no version of pgvector: " + text);
        }
        String patch = numbers.group(3);
        return new ExtensionVersion(
                Integer.parseInt(numbers.group(1)),
                Integer.parseInt(numbers.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    static ExtensionVersion of(Database database) {
        Sql sql = Sql.of("SELECT extversion FROM pg_extension WHERE extname = 'vector'");
        return database.read(
                "look-up of the version of pgvector",
                session -> {
                    try (PreparedStatement statement = session.prepare(sql);
                            ResultSet row = statement.executeQuery()) {
                        if (!row.next()) {
                            throw new UnsupportedDatabaseException(
                                    "the database has no extension vector",
                                    "let a superuser run: CREATE EXTENSION vector");
                        }
                        return parse(row.getString(1));
                    }
                });
    }

    boolean isBefore(ExtensionVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(ExtensionVersion other) {
        return Comparator.comparingInt(ExtensionVersion::major)
                .thenComparingInt(ExtensionVersion::minor)
                .thenComparingInt(ExtensionVersion::patch)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
