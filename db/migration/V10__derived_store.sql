-- Derived stores: copies of collections in other stores, which follow the change log.

-- The stores that are to follow a collection.
CREATE TABLE derived_store (
    collection_id integer NOT NULL,
    store text NOT NULL,
    namespace text NOT NULL,
    settings jsonb NOT NULL,
    last_number integer NOT NULL DEFAULT 0,
    job_id uuid,
    verification jsonb,
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT derived_store_pk PRIMARY KEY (collection_id, store)
);

COMMENT ON COLUMN derived_store.settings IS 'how the next generation is made; each keeps its own';
COMMENT ON COLUMN derived_store.last_number IS 'number of the last generation: a number is never used again';
COMMENT ON COLUMN derived_store.job_id IS 'the job that fills or has filled the last generation';
COMMENT ON COLUMN derived_store.verification IS 'result of the last comparison; null before the first';
COMMENT ON COLUMN derived_store.verified_at IS 'when it was last compared, or that was asked for';

-- Their copies. Each is a follower of the collection, called by its store and its number. It is filled by a job, then follows
-- until another takes its place, and is dropped a while after that, when no search uses it any more.
CREATE TABLE derived_generation (
    collection_id integer NOT NULL,
    store text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    is_used boolean NOT NULL DEFAULT false,
    settings jsonb NOT NULL,
    job_id uuid NOT NULL,
    trouble text,
    trouble_at timestamptz,
    lease_owner uuid,
    lease_until timestamptz,
    drop_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT derived_generation_pk PRIMARY KEY (collection_id, store, number),
    CONSTRAINT derived_generation_state CHECK (state IN ('filling', 'following', 'broken', 'retired')),
    CONSTRAINT derived_generation_retired CHECK ((state = 'retired') = (drop_at IS NOT NULL))
);

-- One generation is searched, and one at most is being filled.
CREATE UNIQUE INDEX derived_generation_used ON derived_generation (collection_id, store) WHERE is_used;
CREATE UNIQUE INDEX derived_generation_filling ON derived_generation (collection_id, store) WHERE state = 'filling';

COMMENT ON COLUMN derived_generation.job_id IS 'the job that fills it';
COMMENT ON COLUMN derived_generation.trouble IS 'why it does not get ahead, or no longer follows; null if all is well';
COMMENT ON COLUMN derived_generation.lease_owner IS 'the instance that applies changes to it, until lease_until';
COMMENT ON COLUMN derived_generation.drop_at IS 'when it may be dropped';
