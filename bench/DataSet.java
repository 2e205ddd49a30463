import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A test collection in the layout of BEIR, held in memory: {@code corpus.jsonl} with {@code _id},
 * {@code title} and {@code text}, {@code queries.jsonl} with {@code _id} and {@code text}, and
 * judgments as {@code qrels.tsv} or {@code qrels/test.tsv}: query, document and grade, divided by
 * tabs, with or without a header.
 *
 * @param name of the folder
 * @param documents those with a text, in the order of the file
 * @param queries those with a relevant document, in the order of the file
 * @param judgments by query the grade of each relevant document, above 0
 * @param emptyDocuments how many documents have neither a title nor a text: left out above
 */
record DataSet(
        String name,
        List<Document> documents,
        List<Query> queries,
        Map<String, Map<String, Integer>> judgments,
        int emptyDocuments) {

    /** A text to be found: title and text with a blank between them, as BEIR has it. */
    record Document(String id, String content) {}

    /** What is asked. */
    record Query(String id, String text) {}

    private interface LineReader {
        void read(String line) throws IllegalArgumentException;
    }

    /**
     * Reads a folder.
     *
     * @throws IllegalArgumentException if a file is missing or malformed; the message names the
     *     file and the line
     */
    static DataSet read(Path folder) throws IOException {
        Map<String, Document> documents = new LinkedHashMap<>();
        Set<String> empty = new HashSet<>();
        readLines(folder.resolve("corpus.jsonl"), line -> addDocument(documents, empty, line));
        Map<String, Query> queries = new LinkedHashMap<>();
        readLines(folder.resolve("queries.jsonl"), line -> addQuery(queries, line));
        Map<String, Map<String, Integer>> judgments = readJudgments(folder, queries.keySet());
        return new DataSet(
                folder.toAbsolutePath().normalize().getFileName().toString(),
                List.copyOf(documents.values()),
                queries.values().stream().filter(it -> judgments.containsKey(it.id())).toList(),
                judgments,
                empty.size());
    }

    /** The same with so many queries at most, evenly taken, and their judgments. */
    DataSet sample(int queriesMax) {
        if (queries.size() <= queriesMax) {
            return this;
        }
        List<Query> sample = new ArrayList<>();
        Map<String, Map<String, Integer>> judged = new LinkedHashMap<>();
        for (int i = 0; i < queriesMax; i++) {
            Query query = queries.get((int) ((long) i * queries.size() / queriesMax));
            sample.add(query);
            judged.put(query.id(), judgments.get(query.id()));
        }
        return new DataSet(name, documents, List.copyOf(sample), judged, emptyDocuments);
    }

    private static void addDocument(
            Map<String, Document> documents, Set<String> empty, String line) {
        Map<?, ?> fields = object(line);
        String id = id(fields);
        String title = text(fields, "title", "");
        String content = (title + " " + text(fields, "text", null)).strip();
        if (documents.containsKey(id) || empty.contains(id)) {
            throw new IllegalArgumentException("_id " + id + " is there twice");
        }
        if (content.isEmpty()) {
            empty.add(id);
            return;
        }
        documents.put(id, new Document(id, content));
    }

    private static void addQuery(Map<String, Query> queries, String line) {
        Map<?, ?> fields = object(line);
        var query = new Query(id(fields), text(fields, "text", null).strip());
        if (query.text().isEmpty()) {
            throw new IllegalArgumentException("text is empty");
        }
        if (queries.put(query.id(), query) != null) {
            throw new IllegalArgumentException("_id " + query.id() + " is there twice");
        }
    }

    private static Map<?, ?> object(String line) {
        if (Json.read(line) instanceof Map<?, ?> object) {
            return object;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /** It becomes a field of files that are divided by tabs. */
    private static String id(Map<?, ?> fields) {
        String id = text(fields, "_id", null);
        if (id.isBlank() || id.matches("(?s).*[\\t\\r\\n].*")) {
            throw new IllegalArgumentException("_id is empty, or has a tab or a line break");
        }
        return id;
    }

    /** Fails without a fallback, which is null, if there is no such field. */
    private static String text(Map<?, ?> fields, String name, String otherwise) {
        Object value = fields.get(name);
        if (value == null && otherwise != null) {
            return otherwise;
        }
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(
                name + (value == null ? " is missing" : " is not a string"));
    }

    private static Map<String, Map<String, Integer>> readJudgments(Path folder, Set<String> queries)
            throws IOException {
        Path file = folder.resolve("qrels.tsv");
        if (!Files.exists(file)) {
            file = folder.resolve("qrels").resolve("test.tsv");
        }
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    folder + " has neither qrels.tsv nor qrels/test.tsv");
        }
        Map<String, Map<String, Integer>> judgments = new LinkedHashMap<>();
        var isFirst = new boolean[] {true};
        readLines(
                file,
                line -> {
                    boolean mayBeHeader = isFirst[0];
                    isFirst[0] = false;
                    addJudgment(judgments, queries, line, mayBeHeader);
                });
        if (judgments.isEmpty()) {
            throw new IllegalArgumentException(file + " has no grade above 0");
        }
        return judgments;
    }

    private static void addJudgment(
            Map<String, Map<String, Integer>> judgments,
            Set<String> queries,
            String line,
            boolean mayBeHeader) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException(
                    "has %d fields divided by tabs, must be 3".formatted(fields.length));
        }
        if (!fields[2].matches("-?\\d{1,4}")) {
            if (mayBeHeader) {
                return;
            }
            throw new IllegalArgumentException("the grade is " + fields[2] + ", no whole number");
        }
        if (!queries.contains(fields[0])) {
            throw new IllegalArgumentException("query " + fields[0] + " is not in queries.jsonl");
        }
        int grade = Integer.parseInt(fields[2]);
        if (grade > 0) {
            judgments.computeIfAbsent(fields[0], _ -> new LinkedHashMap<>()).put(fields[1], grade);
        }
    }

    /** Blank lines are passed over. */
    private static void readLines(Path file, LineReader reader) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("there is no file " + file);
        }
        int number = 0;
        try (var lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    reader.read(line);
                }
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "%s is not in UTF-8, after line %d".formatted(file, number), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s:%d: %s".formatted(file, number, e.getMessage()), e);
        }
    }
}
