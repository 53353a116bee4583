// GitHub: OAuth 2.0 with its own API for the user's profile, without ID token and issuer.

import type { Outbound } from "./outbound.ts";
import {
  ASK_WITHIN_MS,
  authorizationUrl,
  type Client,
  emailIn,
  exchangeCode,
  OAuthFault,
  type Provider,
  record,
  shortText,
} from "./provider.ts";

interface GithubOptions extends Client {
  label: string;
  outbound: Outbound;
  /** Default: github.com's. */
  site?: string;
  api?: string;
}

export function githubProvider(options: GithubOptions): Provider {
  const { label, outbound, site = "https://github.com", api = "https://api.github.com" } = options;

  return {
    id: "github",
    label,
    async authorizationUrl(flow) {
      const scopes = ["read:user", "user:email"];
      return (await authorizationUrl(options, { endpoint: `${site}/login/oauth/authorize`, scopes, flow })).href;
    },
    async identify(code, flow) {
      const endpoint = `${site}/login/oauth/access_token`;
      const { access_token: token } = await exchangeCode(outbound, options, {
        endpoint,
        code,
        flow,
        auth: "client_secret_post",
      });
      const [user, emails] = await Promise.all([ask("/user", String(token)), ask("/user/emails", String(token))]);
      const facts = record(user);
      // The numeric id: a GitHub login can be given up and taken by somebody else.
      if (!facts || !Number.isSafeInteger(facts.id))
        throw new OAuthFault("oauth_failed", "GitHub's answer has no user id");
      const primary = Array.isArray(emails) ? emails.map(record).find((one) => one?.primary === true) : undefined;
      const nickname = shortText(facts.login);
      return {
        subject: String(facts.id),
        email: emailIn(primary?.email),
        emailVerified: primary?.verified === true,
        name: shortText(facts.name) || nickname,
        nickname,
      };
    },
  };

  async function ask(path: string, token: string): Promise<unknown> {
    const { status, json } = await outbound(`${api}${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
      withinMs: ASK_WITHIN_MS,
    });
    if (status !== 200) throw new OAuthFault("oauth_failed", `GitHub answered ${status} to ${path}`);
    return json;
  }
}
