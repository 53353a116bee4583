// A ledger kept by triggers in PostgreSQL during a fault: every durable write of an owner, in order, with its writer (I1).

import type { Sql } from "#schema/database.ts";

export interface DurableWrite {
  n: number;
  /** `application_name` of the connection, `actor <incarnation>`. */
  writer: string;
  what: string;
  key: string;
  epoch: number;
}

/** Only for a test's own database. The trigger runs while the statement holds the owner's row, so `n` is the order in which writes landed. */
export async function keepLedger(sql: Sql) {
  await sql.unsafe(`
    CREATE TABLE durable_writes (n bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(),
      writer text NOT NULL, what text NOT NULL, key text NOT NULL, epoch bigint NOT NULL);
    CREATE FUNCTION note_actor() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO durable_writes (writer, what, key, epoch) VALUES (current_setting('application_name'),
        CASE WHEN TG_OP = 'INSERT' OR NEW.epoch > OLD.epoch THEN 'claim' ELSE 'save' END, NEW.key, NEW.epoch);
      RETURN NULL; END $$;
    CREATE FUNCTION note_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO durable_writes (writer, what, key, epoch)
        VALUES (current_setting('application_name'), TG_TABLE_NAME, NEW.channel_id::text, NEW.epoch);
      RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT OR UPDATE ON actors FOR EACH ROW EXECUTE FUNCTION note_actor();
    CREATE TRIGGER note AFTER INSERT OR UPDATE ON chat_entries FOR EACH ROW EXECUTE FUNCTION note_row();
    CREATE TRIGGER note AFTER INSERT OR UPDATE ON broadcasts FOR EACH ROW EXECUTE FUNCTION note_row();`);
}

export const writesOf = (sql: Sql, key: string): Promise<DurableWrite[]> =>
  sql<DurableWrite[]>`SELECT n, writer, what, key, epoch FROM durable_writes WHERE key = ${key} ORDER BY n`;

/** Violations; empty when epochs never fall and no writer writes after another has claimed. */
export function ledgerFaults(writes: DurableWrite[]): string[] {
  let owner = "";
  let epoch = 0;
  return writes.flatMap((write) => {
    const faults: string[] = [];
    if (write.epoch < epoch) faults.push(`write ${write.n} (${write.what}) is of epoch ${write.epoch}, after ${epoch}`);
    if (write.what === "claim") owner = write.writer;
    else if (owner && write.writer !== owner)
      faults.push(`write ${write.n} (${write.what}) is of ${write.writer}, after ${owner} had claimed`);
    epoch = Math.max(epoch, write.epoch);
    return faults;
  });
}
