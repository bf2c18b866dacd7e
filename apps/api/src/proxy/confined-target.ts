import { Problem } from '@causeway/problem';

/** A place in a provider's API, and nowhere else. */
export interface ConfinedTarget {
  /** What is really sent, parsed and compared. */
  url: string;
  /** The documented path without prefix, query and encoding; for rules about paths, not for sending. */
  path: string;
}

/** What the route leaves to the provider, as it stands in the request line: not decoded by anybody. */
const HANDED_ON = /^\/connections\/[^/?#]+\/proxy(\/.*)$/;

/** Whoever needs more than this to say a name wants to be misunderstood. */
const MOST_DECODINGS = 4;

/**
 * Everything of a request's target after `/proxy`, byte for byte, behind the address of the provider's API.
 * @param apiUrl origin, maybe with a prefix, without a slash at its end
 * @throws Problem `invalid-request` for what is, or what anybody on the way could take for, a path to somewhere else
 */
export function confine(apiUrl: string, target: string): ConfinedTarget {
  const asked = HANDED_ON.exec(target)?.[1];
  if (asked === undefined) throw refused('could not be read');
  return confinePath(apiUrl, asked);
}

/** The same for a path with its query, from its first slash on. */
export function confinePath(apiUrl: string, asked: string): ConfinedTarget {
  if (!/^[\x21-\x7e]+$/.test(asked)) throw refused('holds something that has to be percent-encoded');
  if (asked.includes('#')) throw refused('has a fragment');
  const end = asked.indexOf('?');
  const path = end === -1 ? asked : asked.slice(0, end);
  const query = end === -1 ? '' : asked.slice(end);
  if (path.includes('\\')) throw refused('holds a backslash');
  const decoded = decodedFully(path);
  const fault = faultOf(decoded);
  if (fault !== null) throw refused(fault);
  const { origin, pathname: root } = new URL(apiUrl);
  const prefix = root.replace(/\/$/, '');
  const url = new URL(`${apiUrl}${path}${query}`);
  // The parser is the judge: whatever the above did not think of, only the very same path below the very same origin is sent.
  if (url.origin !== origin || url.pathname !== `${prefix}${path}`) throw refused('is not written as it would be sent');
  return { url: url.href, path: decoded };
}

/** Servers on the way decode once, twice, or not at all. */
function decodedFully(path: string): string {
  let decoded = path;
  for (let round = 0; round <= MOST_DECODINGS; round += 1) {
    if (!decoded.includes('%')) return decoded;
    const next = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    if (next === decoded) return decoded;
    decoded = next;
  }
  throw refused('is encoded too often');
}

function faultOf(decoded: string): string | null {
  // Bytes above are of letters in UTF-8.
  if (/[^\x20-\x7e\x80-\xff]/.test(decoded)) return 'holds control characters';
  if (/[/\\]{2}/.test(decoded)) return 'has an empty segment';
  // `..;x` is `..` to servers that know parameters of segments.
  if (decoded.split(/[/\\]/).some((segment) => /^\s*\.{1,2}\s*(;|$)/.test(segment))) return 'has a segment of dots';
  if (/^\/[a-z][a-z\d+.-]*:[/\\]/i.test(decoded)) return 'is a whole address';
  return null;
}

function refused(fault: string): Problem {
  return new Problem(
    'invalid-request',
    `The path after /proxy ${fault}. It has to be a path of the provider's documented API.`,
  );
}
