-- Chunks: the table that all collections share, with one partition for each collection.
--
-- Every statement of the service names the partition (chunk_<collection_id>), never the parent: then only one partition
-- is planned and locked, and the locks that creating and dropping take on the parent stop nobody.

-- The extension is created only if it is missing: that takes a superuser, using it does not. Texts are normalized, which
-- PostgreSQL does in UTF-8 only.
DO $$
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the database has the encoding %, must have UTF8', current_setting('server_encoding');
    END IF;
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') THEN
        CREATE EXTENSION vector;
    END IF;
END
$$;

-- Numbers the writes of rows; see V4__index.sql.
CREATE SEQUENCE chunk_seq AS bigint;
GRANT USAGE ON SEQUENCE chunk_seq TO PUBLIC;

CREATE TABLE chunk (
    collection_id integer NOT NULL,
    id uuid NOT NULL,
    source_type text COLLATE "C" NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    chunk_index integer NOT NULL,
    content text,
    content_hash bytea,
    embedding vector NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    tenant text,
    acl_digest bytea,
    cert_refs jsonb,
    boosts jsonb,
    tsv tsvector NOT NULL DEFAULT '',
    token_count integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    word_count integer,
    seq bigint NOT NULL DEFAULT nextval('chunk_seq'),
    parent_index integer,
    parent_content text,
    CONSTRAINT chunk_pk PRIMARY KEY (collection_id, id),
    -- Checked at the end of a statement, so that the chunks of a source can swap places.
    CONSTRAINT chunk_source_key UNIQUE (collection_id, source_type, source_id, chunk_index) DEFERRABLE
) PARTITION BY LIST (collection_id);

COMMENT ON COLUMN chunk.source_id IS 'in order of code points: the sources with a prefix are next to each other in the unique key';
COMMENT ON COLUMN chunk.embedding IS 'full precision, without a fixed dimension: each partition checks its own';
COMMENT ON COLUMN chunk.content_hash IS 'SHA-256 of content';
COMMENT ON COLUMN chunk.tsv IS 'set by trigger from metadata.title and content, in the language of the collection';
COMMENT ON COLUMN chunk.token_count IS 'tokens of content, by the collection''s model';
COMMENT ON COLUMN chunk.word_count IS 'words in tsv, repetitions included, those of the title as often as they count; set with it';
COMMENT ON COLUMN chunk.seq IS 'number of the last write of the row; 0 once it is in the approximate index';
COMMENT ON COLUMN chunk.parent_index IS 'chunk_index of the first chunk with the same parent; null without a parent';
COMMENT ON COLUMN chunk.parent_content IS 'text of the parent, with its first chunk alone';
