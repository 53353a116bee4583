import type postgres from "postgres";

/** A pool of connections, or a transaction of one. */
export type Sql = postgres.Sql<{ bigint: number }>;
