-- Writes at COPY speed beside an approximate index, and chunks that know what they are a part of.
--
-- Every write gives a row the next number. The approximate index of a partition holds the rows up to a number, its
-- boundary; those above it are fresh: stored and found like any other, by comparing each of them. A row is on one side
-- of the boundary or the other, so that whoever searches with whichever boundary sees each row exactly once, and rows
-- need not move for it: an index with a later boundary is built beside the old one. A few fresh rows are brought in
-- one by one, by giving them the number 0.

CREATE SEQUENCE chunk_seq AS bigint;
GRANT USAGE ON SEQUENCE chunk_seq TO PUBLIC;

-- The rows that are there are in their index.
ALTER TABLE chunk ADD COLUMN seq bigint NOT NULL DEFAULT 0;
ALTER TABLE chunk ALTER COLUMN seq SET DEFAULT nextval('chunk_seq');
ALTER TABLE chunk ADD COLUMN parent_index integer, ADD COLUMN parent_content text;

COMMENT ON COLUMN chunk.seq IS 'number of the last write of the row; 0 once it is in the approximate index';
COMMENT ON COLUMN chunk.parent_index IS 'chunk_index of the first chunk with the same parent; null without a parent';
COMMENT ON COLUMN chunk.parent_content IS 'text of the parent, with its first chunk alone';

-- The approximate indexes. Their rows are those with seq <= boundary.
CREATE TABLE chunk_ann (
    collection_id integer NOT NULL,
    shape text NOT NULL,
    boundary bigint NOT NULL,
    rows bigint NOT NULL,
    built_rows bigint NOT NULL DEFAULT 0,
    built_bytes bigint NOT NULL DEFAULT 0,
    built_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT chunk_ann_pk PRIMARY KEY (collection_id, shape)
);

COMMENT ON COLUMN chunk_ann.shape IS 'type, precision and parameters, as in the name of the index';
COMMENT ON COLUMN chunk_ann.rows IS 'that went into the index, when it was built and since';
COMMENT ON COLUMN chunk_ann.built_rows IS 'when it was built; with built_bytes, what it should take up now';

-- The statement that builds the approximate index of a collection up to a boundary; null for type none. The condition
-- is on seq + 0, so that the index on seq cannot be taken for it: a search must not be answered by sorting.
CREATE FUNCTION chunk_index_sql(
    collection_id integer, dimension integer, metric text,
    type text, "precision" text, m integer, ef_construction integer, lists integer,
    name text, online boolean, boundary bigint
) RETURNS text
    LANGUAGE sql IMMUTABLE
AS $$
    SELECT chunk_index_sql(
            collection_id, dimension, metric, type, "precision", m, ef_construction, lists, name, online)
        || format(' WHERE (seq + 0) <= %s', boundary)
$$;

-- A code of an embedding: of how many bits two differ says about how large the angle between them is. The signs of the
-- components, and of sums and differences of pairs of them, four bits for each component: signs alone are too coarse.
-- (100,000 vectors at random, 384 dimensions: of the 10 nearest, 9.8 are among the 2,000 with the nearest codes, with
-- signs alone 7.5.) One expression that is never null, so that PostgreSQL puts it into the statements that call it.
CREATE FUNCTION chunk_code(embedding vector) RETURNS bit varying
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT binary_quantize(embedding)
        || binary_quantize(
            subvector(embedding, 1, vector_dims(embedding) / 2)
            + subvector(embedding, 1 + (vector_dims(embedding) + 1) / 2, vector_dims(embedding) / 2))
        || binary_quantize(
            subvector(embedding, 1, vector_dims(embedding) / 2)
            - subvector(embedding, 1 + (vector_dims(embedding) + 1) / 2, vector_dims(embedding) / 2))
        || binary_quantize(embedding + (
            subvector(embedding, 1 + vector_dims(embedding) / 4, vector_dims(embedding) - vector_dims(embedding) / 4)
            || subvector(embedding, 1, vector_dims(embedding) / 4)))
        || binary_quantize(embedding - (
            subvector(embedding, 1 + vector_dims(embedding) / 4, vector_dims(embedding) - vector_dims(embedding) / 4)
            || subvector(embedding, 1, vector_dims(embedding) / 4)))
$$;

-- The codes of the fresh rows of a collection, beside it in chunk_code_<id>: narrow, so that all of them are read in the
-- time that a tenth of the rows takes. Each row written after this number has its code there, in the same transaction.
CREATE TABLE chunk_coded (
    collection_id integer NOT NULL,
    after bigint NOT NULL DEFAULT 0,
    CONSTRAINT chunk_coded_pk PRIMARY KEY (collection_id)
);

COMMENT ON COLUMN chunk_coded.after IS 'rows with a greater seq have a code; those of the others are thrown away';

-- Once for a statement, whatever the number of its rows. On the partition, which the service writes to, and on the whole
-- table, for whoever writes to that with SQL.
CREATE FUNCTION chunk_code_rows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    collection integer;
    collections integer[] := TG_ARGV;
BEGIN
    IF TG_NARGS = 0 AND TG_OP = 'DELETE' THEN
        collections := ARRAY(SELECT DISTINCT collection_id FROM old_rows JOIN chunk_coded USING (collection_id));
    ELSIF TG_NARGS = 0 THEN
        collections := ARRAY(SELECT DISTINCT collection_id FROM new_rows JOIN chunk_coded USING (collection_id));
    END IF;
    FOREACH collection IN ARRAY collections LOOP
        -- Before the new ones: an UPDATE may leave a row its number.
        IF TG_OP <> 'INSERT' THEN
            EXECUTE format(
                'DELETE FROM %I AS code USING old_rows
                 WHERE code.seq = old_rows.seq AND old_rows.seq > 0 AND old_rows.collection_id = $1',
                'chunk_code_' || collection) USING collection;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            EXECUTE format(
                'INSERT INTO %I (seq, code) SELECT seq, chunk_code(embedding) FROM new_rows
                 WHERE seq > 0 AND collection_id = $1',
                'chunk_code_' || collection) USING collection;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER code_inserted AFTER INSERT ON chunk REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION chunk_code_rows();
CREATE TRIGGER code_updated AFTER UPDATE ON chunk REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION chunk_code_rows();
CREATE TRIGGER code_deleted AFTER DELETE ON chunk REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION chunk_code_rows();

-- From here on, what is written to a partition gets codes. They tell angles, so for the metric cosine alone; with few
-- dimensions, comparing rows takes no longer than comparing codes, and with very many, codes are too long for a page.
CREATE FUNCTION code_chunk_partition(collection_id integer, dimension integer, metric text) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    part text := 'chunk_' || collection_id;
    codes text := 'chunk_code_' || collection_id;
BEGIN
    IF metric <> 'cosine' OR dimension NOT BETWEEN 128 AND 4000 THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (seq bigint NOT NULL, code bit varying NOT NULL)', codes);
    EXECUTE format('ALTER TABLE %I ALTER COLUMN code SET STORAGE PLAIN, ALTER COLUMN code SET STATISTICS 0', codes);
    EXECUTE format('CREATE INDEX %I ON %I (seq)', codes || '_seq', codes);
    EXECUTE format('GRANT SELECT, DELETE ON %I TO %I', codes, session_user);
    INSERT INTO chunk_coded (collection_id) VALUES (collection_id);
    EXECUTE format(
        'CREATE TRIGGER code_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION chunk_code_rows(%s)', part, collection_id);
    EXECUTE format(
        'CREATE TRIGGER code_updated AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION chunk_code_rows(%s)', part, collection_id);
    EXECUTE format(
        'CREATE TRIGGER code_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
         FOR EACH STATEMENT EXECUTE FUNCTION chunk_code_rows(%s)', part, collection_id);
END
$$;

-- What autovacuum and ANALYZE do with a partition.
--
-- Dead rows cost searches more than elsewhere: an approximate index hands them out, and they are thrown away only
-- then. But to vacuum such an index is to walk all of it. So vacuum comes after a tenth of the rows, not a fifth, and
-- once more after a fifth was inserted, as the words' index keeps a list of pending entries that every search reads.
-- Figures about texts, vectors and word lists are of no use to the planner, and dear to take.
CREATE FUNCTION set_chunk_upkeep(part text) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format(
        'ALTER TABLE %I SET (
            autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_insert_scale_factor = 0.2,
            autovacuum_analyze_scale_factor = 0.1)', part);
    EXECUTE format(
        'ALTER TABLE %I ALTER COLUMN content SET STATISTICS 0, ALTER COLUMN embedding SET STATISTICS 0,
            ALTER COLUMN tsv SET STATISTICS 0, ALTER COLUMN parent_content SET STATISTICS 0', part);
END
$$;

-- As create_chunk_partition, with an approximate index that holds nothing yet.
CREATE FUNCTION create_staged_partition(
    collection_id integer, dimension integer, metric text, language text,
    type text, "precision" text, m integer, ef_construction integer, shape text, title_weight integer
) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    part text := 'chunk_' || collection_id;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('chunk partition'), collection_id);
    IF to_regclass(part) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM create_chunk_partition(
        collection_id, dimension, metric, language, 'none', "precision", m, ef_construction, '', title_weight);
    EXECUTE format('CREATE INDEX %I ON %I (seq)', part || '_seq', part);
    PERFORM set_chunk_upkeep(part);
    PERFORM code_chunk_partition(collection_id, dimension, metric);
    IF type = 'hnsw' THEN
        EXECUTE chunk_index_sql(
            collection_id, dimension, metric, type, "precision", m, ef_construction, 0,
            part || '_ann_' || shape || '_0', false, 0);
        INSERT INTO chunk_ann (collection_id, shape, boundary, rows) VALUES (collection_id, shape, 0, 0);
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION drop_chunk_partition(collection_id integer) RETURNS void
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
    EXECUTE format('DROP TABLE IF EXISTS %I', 'chunk_code_' || collection_id);
    DELETE FROM chunk_text AS text WHERE text.collection_id = drop_chunk_partition.collection_id;
    DELETE FROM chunk_term AS term WHERE term.collection_id = drop_chunk_partition.collection_id;
    DELETE FROM chunk_ann AS ann WHERE ann.collection_id = drop_chunk_partition.collection_id;
    DELETE FROM chunk_coded AS coded WHERE coded.collection_id = drop_chunk_partition.collection_id;
END
$$;

-- The collections that are there: their indexes hold every row, those to come too, and serve until they are replaced by
-- ones with a boundary.
DO $$
DECLARE
    existing record;
BEGIN
    FOR existing IN
        SELECT id, dimension, metric, 'chunk_' || id AS part FROM collection
        WHERE to_regclass('chunk_' || id) IS NOT NULL ORDER BY id
    LOOP
        EXECUTE format('CREATE INDEX %I ON %I (seq)', existing.part || '_seq', existing.part);
        PERFORM set_chunk_upkeep(existing.part);
        PERFORM code_chunk_partition(existing.id, existing.dimension, existing.metric);
        INSERT INTO chunk_ann (collection_id, shape, boundary, rows)
        SELECT existing.id, substring(index.relname FROM '_ann_(.*)$'), 9223372036854775807,
               greatest(1, part.reltuples)
        FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid JOIN pg_class AS part ON part.oid = indrelid
        WHERE indrelid = existing.part::regclass AND starts_with(index.relname, existing.part || '_ann_') AND indisvalid;
    END LOOP;
END
$$;
