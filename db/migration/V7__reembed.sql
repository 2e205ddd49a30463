-- Re-embedding: a collection is copied into another one with another model, and what is written to it meanwhile is
-- noted, by whomever it is written, and copied again.

-- The re-embeddings that are under way, one of a collection at a time.
CREATE TABLE reembed (
    job_id uuid NOT NULL,
    namespace text NOT NULL,
    source_id integer NOT NULL,
    target_id integer NOT NULL,
    is_target_kept boolean NOT NULL,
    switched_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reembed_pk PRIMARY KEY (job_id),
    CONSTRAINT reembed_source_key UNIQUE (source_id),
    CONSTRAINT reembed_target_key UNIQUE (target_id)
);

COMMENT ON COLUMN reembed.is_target_kept IS 'the new collection stays, also if the job fails or is cancelled';
COMMENT ON COLUMN reembed.switched_at IS 'when the new collection took over; null until then';

-- Chunks that were written or deleted, once for each time. By chunk, so that a batch has all there is about one.
CREATE TABLE reembed_change (
    collection_id integer NOT NULL,
    chunk_id uuid NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT reembed_change_pk PRIMARY KEY (collection_id, chunk_id, number)
);

-- Writers hold a lock together, until their transaction ends; whoever must see all of their changes takes it alone.
-- A lock of the table would do as well, but would wait for index builds and for VACUUM, and those for it. Taken before
-- the first row, so that nobody who waits for it has locked one.
CREATE FUNCTION chunk_take_turn() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('reembed'), TG_ARGV[0]::integer);
    RETURN NULL;
END
$$;

-- The lock once more, as a statement on the parent of all partitions does not fire the trigger before.
CREATE FUNCTION chunk_note_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('reembed'), TG_ARGV[0]::integer);
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO reembed_change (collection_id, chunk_id) VALUES (OLD.collection_id, OLD.id);
    END IF;
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN
        INSERT INTO reembed_change (collection_id, chunk_id) VALUES (NEW.collection_id, NEW.id);
    END IF;
    RETURN NULL;
END
$$;

-- Waits for the writers that are at it: what they wrote is seen by whoever looks afterwards, and what is written later
-- is noted. Rows that only move into the approximate index (seq) are no change.
CREATE FUNCTION follow_chunk_changes(collection_id integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    part text := 'chunk_' || collection_id;
    written text := 'INSERT OR DELETE OR UPDATE OF id, source_type, source_id, chunk_index, content, metadata,
        tenant, acl_digest, cert_refs, boosts, parent_index, parent_content';
BEGIN
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = part::regclass AND tgname = 'note_change') THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TRIGGER take_turn BEFORE %s ON %I FOR EACH STATEMENT EXECUTE FUNCTION chunk_take_turn(%L)',
        written, part, collection_id);
    EXECUTE format(
        'CREATE TRIGGER note_change AFTER %s ON %I FOR EACH ROW EXECUTE FUNCTION chunk_note_change(%L)',
        written, part, collection_id);
END
$$;

CREATE FUNCTION unfollow_chunk_changes(collection_id integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    part text := 'chunk_' || collection_id;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(part) AND tgname = 'note_change') THEN
        RETURN;
    END IF;
    EXECUTE format('DROP TRIGGER note_change ON %I', part);
    EXECUTE format('DROP TRIGGER take_turn ON %I', part);
END
$$;
