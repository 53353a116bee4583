// Signs in the demo's accounts with the typed client.

import { createClient, dataOf } from "#edge/client/client.ts";

interface Credentials {
  login: string;
  password: string;
}

/** Resolves with an access token. Registers the account if there is none. Throws when the login has another password. */
export async function signedIn(url: string, { login, password }: Credentials): Promise<string> {
  const { auth } = createClient(url);
  const { accessToken } = await dataOf(auth.login.post({ login, password })).catch(() =>
    dataOf(auth.register.post({ login, password, email: `${login}@example.org` })),
  );
  return accessToken;
}
