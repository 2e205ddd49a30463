package dev.tributary.document;

import dev.tributary.vector.Embedding;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The SQL of {@code document_embedding}, which keeps the embeddings that unfinished jobs have
 * computed. The rows of a job are deleted when it ends. Safe for use by many threads.
 */
@Component
class DocumentEmbeddings {
    private final JdbcTemplate jdbc;

    DocumentEmbeddings(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Adds embeddings, and replaces those of the same texts.
     *
     * @param model identity of the model
     * @param embeddings embeddings by the SHA-256 of their texts, in hexadecimal
     */
    void add(UUID job, String model, Map<String, Embedding> embeddings) {
        jdbc.batchUpdate(
                """
                INSERT INTO document_embedding (job_id, content_hash, model, embedding)
                VALUES (?, ?, ?, ?)
                ON CONFLICT (job_id, content_hash)
                    DO UPDATE SET model = excluded.model, embedding = excluded.embedding
                """,
                embeddings.entrySet(),
                Math.max(1, embeddings.size()),
                (statement, entry) -> {
                    statement.setObject(1, job);
                    statement.setBytes(2, HexFormat.of().parseHex(entry.getKey()));
                    statement.setString(3, model);
                    statement.setBytes(4, Embedding.toBytes(entry.getValue().toArray()));
                });
    }

    /** A job's embeddings by a model, by the SHA-256 of their texts, in hexadecimal. */
    Map<String, Embedding> find(UUID job, String model) {
        Map<String, Embedding> embeddings = new HashMap<>();
        jdbc.query(
                "SELECT content_hash, embedding FROM document_embedding WHERE job_id = ? AND model = ?",
                row -> {
                    embeddings.put(
                            HexFormat.of().formatHex(row.getBytes(1)),
                            Embedding.copyOf(Embedding.fromBytes(row.getBytes(2))));
                },
                job,
                model);
        return embeddings;
    }
}
