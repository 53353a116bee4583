// HTTP calls that most end-to-end tests start with. Contract §2.

export interface Account {
  id: string;
  login: string;
  password: string;
  accessToken: string;
}

/** The answer's body. Throws an error with request and answer when it is not 2xx. `body` makes it a POST. */
export async function call<Answer>(
  url: string,
  { token, body, method }: { token?: string; body?: unknown; method?: string } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method ?? ""} ${url} → ${response.status} ${text.slice(0, 500)}`);
  return (text === "" ? null : JSON.parse(text)) as Answer;
}

interface SignedIn {
  user: { id: string; login: string };
  accessToken: string;
}

/** A new account with its channel. Default: a random login. */
export async function register(
  url: string,
  { login = randomLogin(), password = randomPassword() }: { login?: string; password?: string } = {},
): Promise<Account> {
  const { user, accessToken } = await call<SignedIn>(`${url}/api/v1/auth/register`, {
    body: { login, password, email: `${login}@example.org` },
  });
  return { id: user.id, login: user.login, password, accessToken };
}

export async function signIn(url: string, { login, password }: { login: string; password: string }): Promise<Account> {
  const { user, accessToken } = await call<SignedIn>(`${url}/api/v1/auth/login`, { body: { login, password } });
  return { id: user.id, login: user.login, password, accessToken };
}

/** Makes a new key; the previous one stops working. */
export function makeStreamKey(url: string, { login, accessToken }: Account) {
  return call<{ streamKey: string; rtmpUrl: string; rtmpsUrl?: string }>(`${url}/api/v1/channels/${login}/stream-key`, {
    token: accessToken,
    body: {},
  });
}

export interface Channel {
  id: string;
  login: string;
  displayName: string;
  title: string;
  live: null | {
    phase: "preview" | "live" | "lost";
    broadcastId: string;
    startedAt: string;
    viewers: number;
    hlsUrl: string;
  };
}

export const getChannel = (url: string, login: string) => call<Channel>(`${url}/api/v1/channels/${login}`);

const randomLogin = () => `t${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
const randomPassword = (): string => crypto.randomUUID();
