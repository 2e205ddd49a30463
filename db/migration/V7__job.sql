-- Durable jobs: work that outlives the request that submitted it and the process that started it.

CREATE TABLE embedding_job (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    namespace text NOT NULL,
    tenant text,
    collection_id bigint,
    collection text,
    kind text NOT NULL,
    dedup_key bytea,
    payload_json json,
    payload_bytes bytea,
    checkpoint jsonb,
    status text NOT NULL DEFAULT 'queued',
    total bigint,
    processed bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    attempts_max integer NOT NULL,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    lease_owner uuid,
    lease_until timestamptz,
    lease_number bigint NOT NULL DEFAULT 0,
    cancel_requested boolean NOT NULL DEFAULT false,
    is_replaced boolean NOT NULL DEFAULT false,
    error text,
    errors jsonb NOT NULL DEFAULT '[]',
    result jsonb,
    run_processed bigint NOT NULL DEFAULT 0,
    run_started_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    heartbeat_at timestamptz,
    completed_at timestamptz,
    CONSTRAINT embedding_job_pk PRIMARY KEY (id),
    CONSTRAINT embedding_job_namespace CHECK (namespace ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    CONSTRAINT embedding_job_tenant CHECK (length(tenant) BETWEEN 1 AND 128),
    CONSTRAINT embedding_job_kind CHECK (kind ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    CONSTRAINT embedding_job_collection CHECK (length(collection) <= 63),
    CONSTRAINT embedding_job_dedup_key CHECK (octet_length(dedup_key) = 32),
    CONSTRAINT embedding_job_status CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    CONSTRAINT embedding_job_counts CHECK (total >= 0 AND processed >= 0 AND failed >= 0 AND attempts >= 0),
    CONSTRAINT embedding_job_attempts_max CHECK (attempts_max >= 1),
    CONSTRAINT embedding_job_errors CHECK (jsonb_typeof(errors) = 'array'),
    CONSTRAINT embedding_job_lease CHECK ((status = 'running') = (num_nonnulls(lease_owner, lease_until) = 2)),
    CONSTRAINT embedding_job_completed CHECK (
        (status IN ('succeeded', 'failed', 'cancelled')) = (completed_at IS NOT NULL)),
    CONSTRAINT embedding_job_payload CHECK (
        completed_at IS NULL OR num_nonnulls(payload_json, payload_bytes) = 0)
) WITH (fillfactor = 70);

COMMENT ON COLUMN embedding_job.tenant IS 'the tenant that its caller was confined to; null for none';
COMMENT ON TABLE embedding_job IS 'documents, re-embeddings and other work in the background; finished ones are deleted after tributary.job.retention';
COMMENT ON COLUMN embedding_job.collection_id IS 'no foreign key: the jobs of a dropped collection stay visible';
COMMENT ON COLUMN embedding_job.collection IS 'the name as it was given, also that of an alias';
COMMENT ON COLUMN embedding_job.dedup_key IS 'SHA-256; of the jobs of a namespace and kind with the same one, one waits and one runs at most';
COMMENT ON COLUMN embedding_job.payload_json IS 'json, as jsonb refuses the character U+0000';
COMMENT ON COLUMN embedding_job.checkpoint IS 'where the next attempt goes on; written together with processed';
COMMENT ON COLUMN embedding_job.processed IS 'items dealt with, failed ones among them';
COMMENT ON COLUMN embedding_job.attempts IS 'begun since the last progress, the one that made it included';
COMMENT ON COLUMN embedding_job.lease_number IS 'grows with each lease: a write of an earlier holder changes nothing';
COMMENT ON COLUMN embedding_job.is_replaced IS 'a newer job of the same dedup_key waits: this one is not attempted again';
COMMENT ON COLUMN embedding_job.errors IS 'the first 100 items that failed: [{item, message}]';
COMMENT ON COLUMN embedding_job.result IS 'what the job produced, such as the names of collections; null for most';
COMMENT ON COLUMN embedding_job.run_processed IS 'processed when the present run began';

-- What can be taken: waiting ones when their time has come, running ones when their lease is over.
CREATE INDEX embedding_job_due ON embedding_job (coalesce(lease_until, next_attempt_at), id)
    WHERE status IN ('queued', 'running');
CREATE INDEX embedding_job_unfinished ON embedding_job (namespace, kind, dedup_key)
    WHERE status IN ('queued', 'running');
CREATE UNIQUE INDEX embedding_job_key_queued ON embedding_job (namespace, kind, dedup_key)
    WHERE status = 'queued' AND dedup_key IS NOT NULL;
CREATE UNIQUE INDEX embedding_job_key_running ON embedding_job (namespace, kind, dedup_key)
    WHERE status = 'running' AND dedup_key IS NOT NULL;
CREATE INDEX embedding_job_list ON embedding_job (namespace, created_at DESC, id DESC);
CREATE INDEX embedding_job_finished ON embedding_job (completed_at)
    WHERE completed_at IS NOT NULL;
