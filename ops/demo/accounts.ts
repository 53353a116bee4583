// The demo's accounts, by the typed client like any program's.

import { createClient, dataOf } from "#edge/client/client.ts";

interface Credentials {
  login: string;
  password: string;
}

/** An access token. Signs in, or makes the account when there is none. Throws when the login belongs to somebody else. */
export async function signedIn(url: string, { login, password }: Credentials): Promise<string> {
  const { auth } = createClient(url);
  const { accessToken } = await dataOf(auth.login.post({ login, password })).catch(() =>
    dataOf(auth.register.post({ login, password, email: `${login}@example.org` })),
  );
  return accessToken;
}
