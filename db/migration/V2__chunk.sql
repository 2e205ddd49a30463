-- Chunks: one partition per collection, with its own indexes.
--
-- Every statement of the service names the partition itself (chunk_<collection_id>), never the parent: one partition
-- is planned and locked, and the locks that creating and dropping take on the parent stop nobody.

-- Only where it is missing: creating it takes a superuser, using it does not.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') THEN
        CREATE EXTENSION vector;
    END IF;
END
$$;

CREATE TABLE chunk (
    collection_id integer NOT NULL,
    id uuid NOT NULL,
    source_type text NOT NULL,
    source_id text NOT NULL,
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
    CONSTRAINT chunk_pk PRIMARY KEY (collection_id, id),
    -- Checked at the end of a statement, so that chunks of a source can change places.
    CONSTRAINT chunk_source_key UNIQUE (collection_id, source_type, source_id, chunk_index) DEFERRABLE
) PARTITION BY LIST (collection_id);

COMMENT ON COLUMN chunk.embedding IS 'full precision, without a fixed dimension: each partition checks its own';
COMMENT ON COLUMN chunk.content_hash IS 'SHA-256 of content';
COMMENT ON COLUMN chunk.tsv IS 'set by trigger from metadata.title (weight A) and content (weight D) in the language of the collection';
COMMENT ON COLUMN chunk.token_count IS 'tokens of content, by the collection''s model';

-- The words of a chunk. A tsvector holds 1 MB of words at most: of a text with more, as much from its start as fits.
-- The exception block costs a subtransaction, so only texts that might be too long run through it: a word takes at
-- most about four times its own bytes.
CREATE FUNCTION chunk_tsvector(config regconfig, title text, content text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    head tsvector := setweight(to_tsvector(config, coalesce(title, '')), 'A');
    body text := coalesce(content, '');
BEGIN
    IF octet_length(body) <= 131072 THEN
        RETURN head || to_tsvector(config, body);
    END IF;
    LOOP
        BEGIN
            RETURN head || to_tsvector(config, body);
        EXCEPTION WHEN program_limit_exceeded THEN
            body := left(body, length(body) / 2);
        END;
    END LOOP;
END
$$;

-- A trigger and not a generated column: the language differs by partition, and until PostgreSQL 16 a partition must
-- have its parent's expression.
CREATE FUNCTION chunk_set_tsv() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND NEW.content IS NOT DISTINCT FROM OLD.content
        AND NEW.metadata -> 'title' IS NOT DISTINCT FROM OLD.metadata -> 'title'
    THEN
        NEW.tsv := OLD.tsv;
    ELSE
        NEW.tsv := chunk_tsvector(TG_ARGV[0]::regconfig, NEW.metadata ->> 'title', NEW.content);
    END IF;
    RETURN NEW;
END
$$;

-- The statement that builds the approximate index of a collection; null for type none. The indexed expression must
-- be the one that searches order by, to the letter.
CREATE FUNCTION chunk_index_sql(
    collection_id integer, dimension integer, metric text,
    type text, "precision" text, m integer, ef_construction integer, lists integer,
    name text, online boolean
) RETURNS text
    LANGUAGE sql IMMUTABLE
AS $$
    SELECT format(
        'CREATE INDEX %s %I ON %I USING %s ((%s) %s) WITH (%s)',
        CASE WHEN online THEN 'CONCURRENTLY' ELSE '' END,
        name,
        'chunk_' || collection_id,
        CASE type WHEN 'hnsw' THEN 'hnsw' WHEN 'ivfflat' THEN 'ivfflat' END,
        CASE "precision"
            WHEN 'float32' THEN format('(embedding::vector(%s))', dimension)
            WHEN 'float16' THEN format('(embedding::halfvec(%s))', dimension)
            WHEN 'binary' THEN format('(binary_quantize(embedding)::bit(%s))', dimension)
        END,
        CASE
            WHEN "precision" = 'binary' THEN 'bit_hamming_ops'
            ELSE
                CASE "precision" WHEN 'float32' THEN 'vector' WHEN 'float16' THEN 'halfvec' END
                || CASE metric WHEN 'cosine' THEN '_cosine_ops' WHEN 'l2' THEN '_l2_ops' WHEN 'inner_product' THEN '_ip_ops' END
        END,
        CASE type
            WHEN 'hnsw' THEN format('m = %s, ef_construction = %s', m, ef_construction)
            WHEN 'ivfflat' THEN format('lists = %s', lists)
        END)
    WHERE type <> 'none'
$$;

-- Makes the partition apart and attaches it: CREATE TABLE ... PARTITION OF would lock the parent exclusively.
-- toast_tuple_target keeps embeddings of up to about 1,900 dimensions in the row, where an exact scan reads them in
-- order; moved out of line, each would be a look-up of its own. The fillfactor leaves room for an update of metadata
-- on the same page.
-- An IVFFlat index is left for later: it learns its clusters from the rows that are there.
CREATE FUNCTION create_chunk_partition(
    collection_id integer, dimension integer, metric text, language text,
    type text, "precision" text, m integer, ef_construction integer, index_name text
) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    part text := 'chunk_' || collection_id;
BEGIN
    -- Twenty clients may ask for the same collection at once.
    PERFORM pg_advisory_xact_lock(hashtext('chunk partition'), collection_id);
    IF to_regclass(part) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM language::regconfig;
    EXECUTE format(
        'CREATE TABLE %1$I (
            LIKE chunk INCLUDING DEFAULTS INCLUDING COMMENTS,
            CONSTRAINT %2$I CHECK (collection_id = %6$s),
            CONSTRAINT %3$I CHECK (vector_dims(embedding) = %7$s),
            CONSTRAINT %4$I PRIMARY KEY (collection_id, id),
            CONSTRAINT %5$I UNIQUE (collection_id, source_type, source_id, chunk_index) DEFERRABLE
        ) WITH (fillfactor = 85, toast_tuple_target = 8160)',
        part, part || '_collection', part || '_dimension', part || '_pk', part || '_source_key',
        collection_id, dimension);
    EXECUTE format(
        'CREATE TRIGGER set_tsv BEFORE INSERT OR UPDATE OF content, metadata ON %I
            FOR EACH ROW EXECUTE FUNCTION chunk_set_tsv(%L)', part, language);
    EXECUTE format('CREATE INDEX %I ON %I USING gin (tsv)', part || '_tsv', part);
    EXECUTE format('CREATE INDEX %I ON %I USING gin (metadata jsonb_path_ops)', part || '_metadata', part);
    EXECUTE format('CREATE INDEX %I ON %I (tenant) WHERE tenant IS NOT NULL', part || '_tenant', part);
    IF type = 'hnsw' THEN
        EXECUTE chunk_index_sql(
            collection_id, dimension, metric, type, "precision", m, ef_construction, 0, index_name, false);
    END IF;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', part, session_user);
    EXECUTE format('ALTER TABLE chunk ATTACH PARTITION %I FOR VALUES IN (%s)', part, collection_id);
END
$$;

-- Locks the partition first: waiting for its last writer with the parent already locked would hold up creations.
CREATE FUNCTION drop_chunk_partition(collection_id integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    part text := 'chunk_' || collection_id;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('chunk partition'), collection_id);
    IF to_regclass(part) IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', part);
    EXECUTE format('DROP TABLE %I', part);
END
$$;
