-- Which node has answered for a range of blocks: another one is asked to bear it out.
ALTER TABLE ingest_ledger
    ADD COLUMN IF NOT EXISTS endpoint LowCardinality(String) AFTER status;

-- Each page once.
CREATE OR REPLACE VIEW ingest_ledger_current AS
SELECT {{columns of ingest_ledger}} FROM ingest_ledger FINAL;
