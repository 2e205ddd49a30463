-- The partition of a collection: its table, its indexes and its triggers.

-- Settings of autovacuum and ANALYZE for a partition.
--
-- Dead rows slow searches down more than elsewhere: an approximate index returns them, and only then are they thrown
-- away. But vacuuming such an index reads all of it. So vacuum runs after a tenth of the rows, not a fifth, and also
-- after a fifth was inserted, because the GIN index on the words keeps a pending list that every search reads.
-- Statistics about texts, vectors and word lists are expensive to take, and the planner does not use them.
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

-- Creates the partition as a table of its own and attaches it: CREATE TABLE ... PARTITION OF would lock the parent
-- exclusively. Does nothing if the partition exists.
--
-- toast_tuple_target keeps embeddings of up to about 1,900 dimensions in the row, where an exact scan reads them in
-- order; out of line, each would be a look-up of its own. The fillfactor leaves room for an update of metadata on the
-- same page.
--
-- An HNSW index is created empty, with boundary 0. An IVFFlat index is built later: it learns its clusters from rows.
CREATE FUNCTION create_chunk_partition(
    collection_id integer, dimension integer, metric text, language text,
    type text, "precision" text, m integer, ef_construction integer, shape text, title_weight integer,
    fold_accents boolean
) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    part text := 'chunk_' || collection_id;
    stop_words text := chunk_short_stop_words(language);
BEGIN
    -- Twenty clients may ask for the same collection at once.
    PERFORM pg_advisory_xact_lock(hashtext('chunk partition'), collection_id);
    IF to_regclass(part) IS NOT NULL THEN
        RETURN;
    END IF;
    -- Fails if there is no such language.
    PERFORM chunk_words(language, fold_accents, '');
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
    PERFORM set_chunk_upkeep(part);
    EXECUTE format(
        'CREATE TRIGGER set_tsv BEFORE INSERT OR UPDATE OF content, metadata ON %I
            FOR EACH ROW EXECUTE FUNCTION chunk_set_tsv(%L, %L, %L, %L)',
        part, language, title_weight, fold_accents, stop_words);
    EXECUTE format('CREATE INDEX %I ON %I USING gin (tsv)', part || '_tsv', part);
    EXECUTE format('CREATE INDEX %I ON %I USING gin (metadata jsonb_path_ops)', part || '_metadata', part);
    EXECUTE format('CREATE INDEX %I ON %I (tenant) WHERE tenant IS NOT NULL', part || '_tenant', part);
    EXECUTE format('CREATE INDEX %I ON %I (seq)', part || '_seq', part);
    PERFORM code_chunk_partition(collection_id, dimension, metric);
    IF type = 'hnsw' THEN
        EXECUTE chunk_index_sql(
            collection_id, dimension, metric, type, "precision", m, ef_construction, 0,
            part || '_ann_' || shape || '_0', false, 0);
        INSERT INTO chunk_ann (collection_id, shape, boundary, rows) VALUES (collection_id, shape, 0, 0);
    END IF;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', part, session_user);
    EXECUTE format('ALTER TABLE chunk ATTACH PARTITION %I FOR VALUES IN (%s)', part, collection_id);
END
$$;

-- Drops the partition with everything that is kept about it, but for its change log, which is deleted bit by bit once it
-- has no followers. Followers go first, as they lock their cursor before they read chunks. Then the partition is locked
-- before it is dropped: a wait for its last writer with the parent already locked would hold up the creation of others.
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
    DELETE FROM chunk_follower AS follower WHERE follower.collection_id = drop_chunk_partition.collection_id;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', part);
    EXECUTE format('DROP TABLE %I', part);
    EXECUTE format('DROP TABLE IF EXISTS %I', 'chunk_code_' || collection_id);
    DELETE FROM chunk_text AS text WHERE text.collection_id = drop_chunk_partition.collection_id;
    DELETE FROM chunk_term AS term WHERE term.collection_id = drop_chunk_partition.collection_id;
    DELETE FROM chunk_ann AS ann WHERE ann.collection_id = drop_chunk_partition.collection_id;
    DELETE FROM chunk_coded AS coded WHERE coded.collection_id = drop_chunk_partition.collection_id;
END
$$;
