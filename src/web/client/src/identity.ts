/** Claims that change from token to token of one person. */
const VOLATILE = /^(exp|iat|nbf|jti|auth_time)$/;
const PERSON = /^(sub|tenant)$/;

/**
 * A name that tabs share if and only if their tokens say the same: who, of which tenant, with which roles. Null for
 * what is no JWT; such tabs share nothing unless the page names them.
 */
export const nameOf = (token: string) => said(token, claim => !VOLATILE.test(claim));

/** Who, and of which tenant, whatever the roles are by now. */
export const personOf = (token: string) => said(token, claim => PERSON.test(claim));

function said(token: string, matters: (claim: string) => boolean): string | null {
  try {
    const part = token.split(".")[1] ?? "";
    const bytes = Uint8Array.from(atob(part.replace(/-/g, "+").replace(/_/g, "/")), letter => letter.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    if (!claims || typeof claims !== "object") return null;
    const lasting = Object.keys(claims)
      .filter(matters)
      .sort()
      .map(name => [name, claims[name]]);
    return JSON.stringify(lasting);
  } catch {
    return null;
  }
}
