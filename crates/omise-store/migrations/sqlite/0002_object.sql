-- Objects of every type, each with the exact bytes of its newest answer.
--
-- The index that keeps keys apart is the order of lists too: ids begin with their time. An index by
-- created_ms would be one more tree for every insert to write, a quarter of its work, and only a
-- list that asks for a span of time would be faster.
--
-- The table has rowids: a body is mostly too large to stand in a key's page beside others, and a row
-- that is replaced moves nothing in the index.
CREATE TABLE object (
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    object TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (account_id, livemode, object, id)
) STRICT;

INSERT INTO object (account_id, livemode, object, id, version, created_ms, body)
    SELECT account_id, livemode, 'source', id, 1, created_ms, body FROM source
    ORDER BY account_id, id;

DROP TABLE source;

-- The events about each object. The events themselves are objects.
CREATE TABLE event (
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    subject TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (account_id, livemode, subject, id)
) STRICT, WITHOUT ROWID;

-- Idempotency keys that were used, each with the answer to the request that had it first.
CREATE TABLE claim (
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    answer BLOB NOT NULL,
    PRIMARY KEY (account_id, livemode, idempotency_key)
) STRICT, WITHOUT ROWID;
