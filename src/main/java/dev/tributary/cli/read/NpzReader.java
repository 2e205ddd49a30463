package dev.tributary.cli.read;

import dev.tributary.cli.exit.CommandException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arrays of a {@code .npz}: a matrix of floats, a row a vector, and the ids of its rows
 * if there is one array of whole numbers that could be them.
 */
final class NpzReader implements VectorReader {
    private static final String ENDING = ".npy";
    private static final int ARRAYS_MAX = 1_000;

    private final ZipFile zip;
    private final NpyReader vectors;
    private final @Nullable NpyArray numbers;

    private NpzReader(ZipFile zip, NpyReader vectors, @Nullable NpyArray numbers) {
        this.zip = zip;
        this.vectors = vectors;
        this.numbers = numbers;
    }

    /** An array and its name; not read yet. */
    private record Member(String name, NpyArray array) {
        private boolean isMatrix() {
            return !array.type().isWhole() && array.shape().size() == 2;
        }

        private boolean isIdsOf(long rows) {
            return array.type().isWhole()
                    && array.shape().size() == 1
                    && array.shape().getFirst() == rows;
        }

        private String told() {
            return "%s %s of %s".formatted(name, array.shape(), array.type().code());
        }
    }

    /**
     * Opens it.
     *
     * @param wanted the names of the arrays of vectors and ids; null where they are to be found out
     */
    static NpzReader open(Path file, SqliteTable.Wanted wanted, @Nullable Ids ids)
            throws IOException {
        var zip = new ZipFile(file.toFile());
        try {
            List<Member> members = members(file, zip);
            Member matrix = matrix(file, members, wanted.vector());
            long rows = matrix.array().shape().getFirst();
            Member named = ids == null ? ids(members, rows, wanted.id()) : null;
            return new NpzReader(
                    zip,
                    NpyReader.of(file + " " + matrix.name(), matrix.array(), ids),
                    named == null ? null : named.array());
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static List<Member> members(Path file, ZipFile zip) throws IOException {
        List<Member> members = new ArrayList<>();
        List<? extends ZipEntry> entries = zip.stream().limit(ARRAYS_MAX).toList();
        CommandException unreadable = null;
        for (ZipEntry entry : entries) {
            if (!entry.getName().endsWith(ENDING)) {
                continue;
            }
            String name = entry.getName().substring(0, entry.getName().length() - ENDING.length());
            try {
                members.add(
                        new Member(
                                name,
                                NpyArray.open(
                                        file + " " + name,
                                        zip.getInputStream(entry),
                                        entry.getSize())));
            } catch (CommandException e) {
                // An array of text or objects; another one may have the vectors.
                unreadable = e;
            }
        }
        if (members.isEmpty()) {
            throw unreadable != null
                    ? unreadable
                    : CommandException.wrong(file + " has no .npy array in it");
        }
        return members;
    }

    private static Member matrix(Path file, List<Member> members, @Nullable String wanted) {
        if (wanted != null) {
            return named(members, "--vector-column", wanted);
        }
        List<Member> matrices = members.stream().filter(Member::isMatrix).toList();
        if (matrices.isEmpty() && members.size() == 1) {
            return members.getFirst();
        }
        if (matrices.size() != 1) {
            throw CommandException.wrong(
                            "%s has %s matrices of floats, must have one: %s"
                                    .formatted(
                                            file,
                                            matrices.isEmpty() ? "no" : matrices.size(),
                                            told(members)))
                    .withHint("name the array of the vectors with --vector-column");
        }
        return matrices.getFirst();
    }

    private static @Nullable Member ids(List<Member> members, long rows, @Nullable String wanted) {
        if (wanted != null) {
            Member named = named(members, "--id-column", wanted);
            if (!named.isIdsOf(rows)) {
                throw CommandException.wrong(
                        "--id-column is %s, must have one whole number for each of the %,d rows"
                                .formatted(named.told(), rows));
            }
            return named;
        }
        List<Member> fitting = members.stream().filter(it -> it.isIdsOf(rows)).toList();
        List<Member> called =
                fitting.stream()
                        .filter(it -> it.name().equals("id") || it.name().equals("ids"))
                        .toList();
        return called.size() == 1 ? called.getFirst() : null;
    }

    private static Member named(List<Member> members, String option, String wanted) {
        return members.stream()
                .filter(it -> it.name().equals(wanted))
                .findFirst()
                .orElseThrow(() ->
                        CommandException.wrong(
                                "%s is %s, must be one of the arrays %s"
                                        .formatted(option, wanted, told(members))));
    }

    private static String told(List<Member> members) {
        return String.join(", ", members.stream().map(Member::told).toList());
    }

    @Override
    public @Nullable SourceRecord next() throws IOException {
        SourceRecord record = vectors.next();
        if (!(record instanceof Row row) || numbers == null) {
            return record;
        }
        ByteBuffer id = numbers.next();
        return id == null
                ? row
                : new Row(row.number(), numbers.type().whole(id), row.embedding(), null, Map.of());
    }

    @Override
    public double share() {
        return vectors.share();
    }

    @Override
    public void close() throws IOException {
        vectors.close();
        zip.close();
    }
}
