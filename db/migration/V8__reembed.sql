-- Re-embedding: a collection is copied into a new one with another model. The job follows the changes of the collection
-- until the new one takes over.

-- The re-embeddings in progress. A collection has a part in at most one of them as the source, and one as the target.
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

COMMENT ON COLUMN reembed.is_target_kept IS 'the new collection is kept even if the job fails or is cancelled';
COMMENT ON COLUMN reembed.switched_at IS 'when the new collection took over; null until then';
