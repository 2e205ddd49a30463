-- Documents that are stored by jobs: embeddings that were made survive the process that made them.

CREATE TABLE document_embedding (
    job_id uuid NOT NULL,
    content_hash bytea NOT NULL,
    model text NOT NULL,
    embedding bytea NOT NULL,
    CONSTRAINT document_embedding_pk PRIMARY KEY (job_id, content_hash),
    CONSTRAINT document_embedding_job_fk FOREIGN KEY (job_id) REFERENCES embedding_job (id) ON DELETE CASCADE,
    CONSTRAINT document_embedding_content_hash CHECK (octet_length(content_hash) = 32)
);

-- The components of a vector do not compress.
ALTER TABLE document_embedding ALTER COLUMN embedding SET STORAGE EXTERNAL;

COMMENT ON TABLE document_embedding IS 'embeddings of the pieces of documents whose jobs are not finished';
COMMENT ON COLUMN document_embedding.content_hash IS 'SHA-256 of the piece';
COMMENT ON COLUMN document_embedding.model IS 'the identity of the model: those of another one are of no use';
COMMENT ON COLUMN document_embedding.embedding IS 'little-endian float32';

-- A trigger, because jobs end in many ways: done, failed, cancelled by a call, replaced, abandoned.
CREATE FUNCTION delete_document_embeddings() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT
AS $$
BEGIN
    DELETE FROM document_embedding WHERE job_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER delete_document_embeddings AFTER UPDATE OF completed_at ON embedding_job
    FOR EACH ROW WHEN (NEW.kind = 'document' AND OLD.completed_at IS NULL AND NEW.completed_at IS NOT NULL)
    EXECUTE FUNCTION delete_document_embeddings();
