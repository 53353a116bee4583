// Who may do what on the whole platform: the operator's grants.

import type { Sql } from "../database.ts";
import type { Role } from "../wire/http/auth.ts";

/** False: nobody has that login. Access tokens given before keep what they say until they expire (15 min). */
export async function grantRole(sql: Sql, { login, role }: { login: string; role: Role }): Promise<boolean> {
  const rows = await sql`UPDATE users SET role = ${role} WHERE login = ${login.toLowerCase()} RETURNING id`;
  return rows.length === 1;
}
