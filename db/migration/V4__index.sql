-- Approximate indexes that writes do not wait for, and the codes of the rows that are not in them yet.
--
-- Every write gives a row the next number of chunk_seq. The approximate index of a partition holds the rows up to a
-- number, its boundary. The rows above the boundary are fresh: they are stored and searched like all others, by an exact
-- comparison of each. A row is on exactly one side of a boundary, so a search sees each row once, whichever boundary it
-- uses, and no row has to move when the boundary does: an index with a later boundary is built beside the old one. A few
-- fresh rows are added to the index one by one, by setting their number to 0.

-- The approximate indexes. An index holds the rows with seq <= boundary.
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
COMMENT ON COLUMN chunk_ann.rows IS 'rows added to the index, when it was built and since';
COMMENT ON COLUMN chunk_ann.built_rows IS 'rows when it was built; with built_bytes, this gives its expected size';

-- The statement that builds the approximate index of a collection up to a boundary; null for type none. The indexed
-- expression must equal the one that searches order by, character for character. The condition is on seq + 0, so that
-- the planner cannot use the index on seq for it: a search must not be answered by sorting.
CREATE FUNCTION chunk_index_sql(
    collection_id integer, dimension integer, metric text,
    type text, "precision" text, m integer, ef_construction integer, lists integer,
    name text, online boolean, boundary bigint
) RETURNS text
    LANGUAGE sql IMMUTABLE
AS $$
    SELECT format(
        'CREATE INDEX %s %I ON %I USING %s ((%s) %s) WITH (%s) WHERE (seq + 0) <= %s',
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
        END,
        boundary)
    WHERE type <> 'none'
$$;

-- The code of an embedding. The number of bits in which two codes differ estimates the angle between the embeddings. A
-- code has the signs of the components and of sums and differences of pairs of components, four bits for each component:
-- signs alone are too coarse. (100,000 random vectors of 384 dimensions: of the 10 nearest, 9.8 are among the 2,000 with
-- the nearest codes; with signs alone, 7.5.) A single expression that is never null, so that PostgreSQL inlines it into
-- the statements that call it.
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

-- Collections with codes. The codes of the fresh rows of a collection are in a table beside its partition,
-- chunk_code_<collection_id>. It is narrow, so all codes are read in a tenth of the time that the rows take. The code of
-- a row is written in the same transaction as the row.
CREATE TABLE chunk_coded (
    collection_id integer NOT NULL,
    after bigint NOT NULL DEFAULT 0,
    CONSTRAINT chunk_coded_pk PRIMARY KEY (collection_id)
);

COMMENT ON COLUMN chunk_coded.after IS 'rows with a greater seq have a code; those of the others are thrown away';

-- Keeps the codes. Runs once for a statement, whatever its number of rows. It is a trigger of each partition, which the
-- service writes to, and of the parent table, for SQL that names the parent.
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
        -- Old codes go before new ones come: an UPDATE may leave the number of a row unchanged.
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

-- Gives a new partition codes. Codes estimate angles, so only collections with the metric cosine have them. With few
-- dimensions, comparing rows is as fast as comparing codes; with very many, a code is too long for a page.
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
