package dev.tributary.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The text files below a folder. Not thread-safe while it is filled. */
final class TextFiles {
    /** Most bytes of a file that is read. */
    static final int FILE_BYTES_MAX = 1_048_576;

    private static final int SOURCE_ID_LENGTH_MAX = 512;
    private static final Set<String> ENDINGS =
            Set.of("md", "markdown", "txt", "text", "rst", "adoc", "asciidoc", "org", "tex");
    private static final Set<String> NOT_WALKED = Set.of("node_modules", "target");

    private final Path base;
    private final SortedMap<String, Path> files = new TreeMap<>();
    private final List<String> skipped = new ArrayList<>();

    private TextFiles(Path base) {
        this.base = base;
    }

    /**
     * Walks through folders and files, except hidden folders and build output.
     *
     * @param base what the paths of files are relative to
     * @param starts where to start; one that does not exist is skipped
     */
    static TextFiles below(Path base, List<Path> starts) throws IOException {
        var found = new TextFiles(base);
        for (Path start : starts) {
            if (Files.exists(start)) {
                found.walk(start);
            }
        }
        return found;
    }

    /** Files by their path relative to the base, with slashes. */
    SortedMap<String, Path> files() {
        return files;
    }

    /** Why files were left out, one line each. */
    List<String> skipped() {
        return skipped;
    }

    /** The extensions of text files, for messages. */
    static String endings() {
        return ENDINGS.stream()
                .sorted()
                .map(ending -> "*." + ending)
                .collect(Collectors.joining(" "));
    }

    /** Reads a file, without a byte order mark; null if it is not UTF-8. */
    static @Nullable String read(Path file) throws IOException {
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                            .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    private void walk(Path start) throws IOException {
        Files.walkFileTree(
                start,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        String name = String.valueOf(folder.getFileName());
                        boolean isLeftOut = name.startsWith(".") || NOT_WALKED.contains(name);
                        return isLeftOut && !folder.equals(start)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (isText(file)) {
                            take(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        skipped.add(Passage.oneLine(id(file)) + ": can't be read");
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static boolean isText(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    private String id(Path file) {
        String separator = file.getFileSystem().getSeparator();
        return base.relativize(file).toString().replace(separator, "/");
    }

    private void take(Path file) throws IOException {
        String id = id(file);
        String reason = reasonToSkip(file, id);
        if (reason == null) {
            files.put(id, file);
        } else {
            skipped.add(Passage.oneLine(id) + ": " + reason);
        }
    }

    private static @Nullable String reasonToSkip(Path file, String id) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            return "can't be read";
        }
        long bytes = Files.size(file);
        if (bytes > FILE_BYTES_MAX) {
            return "is %.1f MB, must be at most 1 MB".formatted(bytes / 1_048_576.0);
        }
        if (id.length() > SOURCE_ID_LENGTH_MAX) {
            return "has a path of more than " + SOURCE_ID_LENGTH_MAX + " characters";
        }
        String text = read(file);
        if (text == null) {
            return "is not UTF-8";
        }
        if (text.indexOf('\0') >= 0) {
            return "contains U+0000, so it is not text";
        }
        return text.isBlank() ? "is empty" : null;
    }
}
