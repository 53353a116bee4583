// What there is: buckets, objects, unfinished uploads and their parts, in SQLite. A request is acknowledged once its row is committed.

import { Database } from "bun:sqlite";
import type { Body } from "./bodies.ts";

export interface ObjectRow {
  key: string;
  bodies: Body[];
  bytes: number;
  etag: string;
  /** Headers of its answers. */
  headers: Record<string, string>;
  modifiedAtMs: number;
  /** CRC-32 as base64; null for objects of parts. */
  crc32: string | null;
}

export interface UploadRow {
  id: string;
  key: string;
  headers: Record<string, string>;
  begunAtMs: number;
}

export interface PartRow extends Body {
  number: number;
  etag: string;
  modifiedAtMs: number;
}

export interface BucketRow {
  name: string;
  cors: string | null;
  lifecycle: string | null;
  createdAtMs: number;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, cors TEXT, lifecycle TEXT, created_at_ms INT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS object (
    bucket TEXT, key TEXT, bodies TEXT, bytes INT, etag TEXT, headers TEXT, modified_at_ms INT, crc32 TEXT,
    PRIMARY KEY (bucket, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS upload (id TEXT PRIMARY KEY, bucket TEXT, key TEXT, headers TEXT, begun_at_ms INT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS part (
    upload TEXT, number INT, body TEXT, bytes INT, etag TEXT, modified_at_ms INT,
    PRIMARY KEY (upload, number)) WITHOUT ROWID;`;

export class Catalogue {
  readonly #database: Database;

  constructor({ file, durable }: { file: string; durable: boolean }) {
    this.#database = new Database(file);
    this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durable ? "FULL" : "OFF"}; ${TABLES}`);
  }

  close() {
    this.#database.close();
  }

  #all<Row>(sql: string, ...values: (string | number | null)[]): Row[] {
    return this.#database.query(sql).all(...values) as Row[];
  }

  /** All or nothing of what `work` does. */
  together<T>(work: () => T): T {
    return this.#database.transaction(work).immediate();
  }

  buckets(): BucketRow[] {
    return this.#all("SELECT name, cors, lifecycle, created_at_ms AS createdAtMs FROM bucket ORDER BY name");
  }

  bucket(name: string): BucketRow | null {
    return this.buckets().find((bucket) => bucket.name === name) ?? null;
  }

  addBucket(name: string, nowMs: number) {
    this.#all("INSERT INTO bucket VALUES (?, NULL, NULL, ?)", name, nowMs);
  }

  /** False: objects or uploads are left in it. */
  removeBucket(name: string): boolean {
    const [row] = this.#all(
      `DELETE FROM bucket WHERE name = ? AND NOT EXISTS (SELECT 1 FROM object WHERE bucket = name)
         AND NOT EXISTS (SELECT 1 FROM upload WHERE bucket = name) RETURNING 1`,
      name,
    );
    return row !== undefined;
  }

  configure(bucket: string, what: "cors" | "lifecycle", xml: string | null) {
    this.#all(`UPDATE bucket SET ${what} = ? WHERE name = ?`, xml, bucket);
  }

  object(bucket: string, key: string): ObjectRow | null {
    return this.objects(bucket, { from: key, to: key, limit: 1 })[0] ?? null;
  }

  /** In the order of keys, as bytes; `from` is included, `to` too. */
  objects(bucket: string, { from, to, limit }: { from: string; to?: string; limit: number }): ObjectRow[] {
    const rows = this.#all<Omit<ObjectRow, "bodies" | "headers"> & { bodies: string; headers: string }>(
      `SELECT key, bodies, bytes, etag, headers, modified_at_ms AS modifiedAtMs, crc32 FROM object
       WHERE bucket = ? AND key >= ? AND (? IS NULL OR key <= ?) ORDER BY key LIMIT ?`,
      ...[bucket, from, to ?? null, to ?? null, limit],
    );
    return rows.map((row) => ({ ...row, bodies: JSON.parse(row.bodies), headers: JSON.parse(row.headers) }));
  }

  /** Answers the bodies of the object that was there. */
  putObject(bucket: string, row: ObjectRow): string[] {
    const replaced = this.removeObject(bucket, row.key);
    const { key, bodies, bytes, etag, headers, modifiedAtMs, crc32 } = row;
    const values = [bucket, key, JSON.stringify(bodies), bytes, etag, JSON.stringify(headers), modifiedAtMs, crc32];
    this.#all("INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ...values);
    return replaced;
  }

  removeObject(bucket: string, key: string): string[] {
    const [row] = this.#all<{ bodies: string }>(
      "DELETE FROM object WHERE bucket = ? AND key = ? RETURNING bodies",
      ...[bucket, key],
    );
    return row ? idsOf(JSON.parse(row.bodies)) : [];
  }

  addUpload(bucket: string, { id, key, headers, begunAtMs }: UploadRow) {
    this.#all("INSERT INTO upload VALUES (?, ?, ?, ?, ?)", id, bucket, key, JSON.stringify(headers), begunAtMs);
  }

  /** In the order of keys, then of ids; `id`: only that one. */
  uploads(bucket: string, id: string | null = null): UploadRow[] {
    const rows = this.#all<Omit<UploadRow, "headers"> & { headers: string }>(
      `SELECT id, key, headers, begun_at_ms AS begunAtMs FROM upload
       WHERE bucket = ? AND id = coalesce(?, id) ORDER BY key, id`,
      ...[bucket, id],
    );
    return rows.map((row) => ({ ...row, headers: JSON.parse(row.headers) }));
  }

  upload(bucket: string, { id, key }: { id: string; key: string }): UploadRow | null {
    return this.uploads(bucket, id).find((upload) => upload.key === key) ?? null;
  }

  /** Ascending. */
  parts(upload: string): PartRow[] {
    return this.#all(
      "SELECT number, body AS id, bytes, etag, modified_at_ms AS modifiedAtMs FROM part WHERE upload = ? ORDER BY number",
      upload,
    );
  }

  /** Answers the body of the part that was there. */
  putPart(upload: string, { number, id, bytes, etag, modifiedAtMs }: PartRow): string[] {
    const before = this.#all<{ id: string }>(
      "DELETE FROM part WHERE upload = ? AND number = ? RETURNING body AS id",
      ...[upload, number],
    );
    this.#all("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)", upload, number, id, bytes, etag, modifiedAtMs);
    return idsOf(before);
  }

  /** Forgets an upload and its parts. Answers their bodies. */
  removeUpload(id: string): string[] {
    this.#all("DELETE FROM upload WHERE id = ?", id);
    return idsOf(this.#all<{ id: string }>("DELETE FROM part WHERE upload = ? RETURNING body AS id", id));
  }

  /** Bodies that objects or parts name. */
  namedBodies(): Set<string> {
    const objects = this.#all<{ bodies: string }>("SELECT bodies FROM object").flatMap(({ bodies }) =>
      idsOf(JSON.parse(bodies)),
    );
    return new Set([...objects, ...idsOf(this.#all<{ id: string }>("SELECT body AS id FROM part"))]);
  }
}

const idsOf = (bodies: { id: string }[]) => bodies.map(({ id }) => id);
