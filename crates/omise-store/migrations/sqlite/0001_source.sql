-- Sources, each with the exact bytes it was answered with.
--
-- Ids are ordered by time, so within an account rows are appended, not scattered.
CREATE TABLE source (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
