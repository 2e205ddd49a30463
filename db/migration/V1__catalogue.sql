-- The catalogue: namespaces, collections, aliases.

CREATE TABLE namespace (
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT namespace_pk PRIMARY KEY (name),
    CONSTRAINT namespace_name CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$')
);

-- Every creation, rename, switch and deletion of a collection or an alias locks the row of its namespace first. So a
-- collection and an alias never share a name, and aliases never form a loop.
CREATE TABLE collection (
    id integer GENERATED ALWAYS AS IDENTITY,
    namespace text NOT NULL,
    name text NOT NULL,
    model text,
    dimension integer NOT NULL,
    metric text NOT NULL,
    language text NOT NULL,
    description text,
    metadata jsonb NOT NULL DEFAULT '{}',
    index_type text NOT NULL,
    index_precision text NOT NULL,
    index_m integer NOT NULL,
    index_ef_construction integer NOT NULL,
    index_lists integer NOT NULL,
    index_target jsonb,
    index_swapped_at timestamptz,
    text_k1 double precision NOT NULL DEFAULT 1.2,
    text_b double precision NOT NULL DEFAULT 0.75,
    text_title_weight integer NOT NULL DEFAULT 2,
    text_fold_accents boolean NOT NULL,
    replaces integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT collection_pk PRIMARY KEY (id),
    CONSTRAINT collection_namespace_fk FOREIGN KEY (namespace) REFERENCES namespace,
    CONSTRAINT collection_key UNIQUE (namespace, name),
    CONSTRAINT collection_name CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    CONSTRAINT collection_dimension CHECK (dimension BETWEEN 1 AND 16000),
    CONSTRAINT collection_metric CHECK (metric IN ('cosine', 'l2', 'inner_product')),
    CONSTRAINT collection_description CHECK (length(description) <= 4096),
    CONSTRAINT collection_metadata CHECK (jsonb_typeof(metadata) = 'object'),
    CONSTRAINT collection_index_type CHECK (index_type IN ('hnsw', 'ivfflat', 'none')),
    CONSTRAINT collection_index_precision CHECK (index_precision IN ('float32', 'float16', 'binary')),
    CONSTRAINT collection_text_k1 CHECK (text_k1 BETWEEN 0 AND 10),
    CONSTRAINT collection_text_b CHECK (text_b BETWEEN 0 AND 1),
    CONSTRAINT collection_text_title_weight CHECK (text_title_weight BETWEEN 0 AND 10)
);

COMMENT ON COLUMN collection.model IS 'null: the caller brings the embeddings';
COMMENT ON COLUMN collection.index_target IS 'the index that is being built to replace the one in the columns before';
COMMENT ON COLUMN collection.index_swapped_at IS 'when the columns changed; null once the indexes they replaced are dropped';
COMMENT ON COLUMN collection.replaces IS 'the collection whose names it took over by a re-embedding; may have been dropped since';

-- Collections with index work to do. There are few at any time, and they are looked for every few seconds.
CREATE INDEX collection_index_work ON collection (id)
    WHERE index_target IS NOT NULL OR index_swapped_at IS NOT NULL OR index_type = 'ivfflat';

CREATE TABLE collection_alias (
    namespace text NOT NULL,
    alias text NOT NULL,
    collection_id integer,
    target_alias text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT collection_alias_pk PRIMARY KEY (namespace, alias),
    CONSTRAINT collection_alias_namespace_fk FOREIGN KEY (namespace) REFERENCES namespace,
    CONSTRAINT collection_alias_collection_fk FOREIGN KEY (collection_id)
        REFERENCES collection ON DELETE CASCADE,
    CONSTRAINT collection_alias_target_fk FOREIGN KEY (namespace, target_alias)
        REFERENCES collection_alias ON DELETE CASCADE,
    CONSTRAINT collection_alias_name CHECK (alias ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    CONSTRAINT collection_alias_one_target CHECK (num_nonnulls(collection_id, target_alias) = 1)
);

CREATE INDEX collection_alias_collection ON collection_alias (collection_id);
CREATE INDEX collection_alias_target ON collection_alias (namespace, target_alias);

-- Collections that are deleted but whose rows are not dropped from the store yet. A crash leaves no rows behind.
CREATE TABLE dropped_collection (
    id integer NOT NULL,
    dimension integer NOT NULL,
    metric text NOT NULL,
    language text NOT NULL,
    dropped_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dropped_collection_pk PRIMARY KEY (id)
);
