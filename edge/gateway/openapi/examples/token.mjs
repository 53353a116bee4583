// Makes an account for a bot, and a personal access token for it. ORIGIN, LOGIN and PASSWORD come from the environment.
const { ORIGIN, LOGIN, PASSWORD } = process.env;

async function call(method, path, { token, body } = {}) {
  const answer = await fetch(`${ORIGIN}/api/v1${path}`, {
    method,
    headers: {
      ...(body && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text(); // 204 has no body.
  const value = text === "" ? null : JSON.parse(text);
  if (!answer.ok) throw new Error(`${value.code}: ${JSON.stringify(value.errors ?? value.title)}`);
  return value;
}

const account = { login: LOGIN, email: `${LOGIN}@example.org`, password: PASSWORD };
const { accessToken, channelId } = await call("POST", "/auth/register", { body: account });
const scopes = ["chat:read", "chat:write", "follows:read"];
const { token } = await call("POST", "/me/tokens", {
  token: accessToken,
  body: { name: "my bot", scopes, password: PASSWORD },
});
const { items } = await call("GET", "/me/follows?live=true&limit=5", { token });
console.log(JSON.stringify({ token, channelId, live: items.map(({ channel }) => channel.login) }));
