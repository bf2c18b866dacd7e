import { Problem } from '@causeway/problem';

/** An address in a provider's API. */
export interface Target {
  /** What is sent. */
  url: string;
  /** The documented path, without prefix and query, as it is sent. */
  path: string;
  /** For rules about paths. */
  decodedPath: string;
}

/** What follows `/proxy` in the request line, as the client wrote it. */
const FORWARDED = /^\/connections\/[^/?#]+\/proxy(\/.*)$/;

/** No documented path is encoded more often. */
const MAX_DECODINGS = 4;

/**
 * Everything after `/proxy`, byte for byte, at the address of the provider's API.
 * @param apiUrl origin, maybe with a prefix, without a slash at its end
 * @throws Problem `invalid-request` for a path that leads out of the API, or that a server on the way could take for one
 */
export function resolveTarget(apiUrl: string, requestTarget: string): Target {
  const forwarded = FORWARDED.exec(requestTarget)?.[1];
  if (forwarded === undefined) throw refused('could not be read');
  return resolvePath(apiUrl, forwarded);
}

/**
 * A location in the provider's API, by way of this service. `null` for any other: following it would take the caller, and whatever
 * credential it sends along, to somebody else.
 * @param requestUrl the address that the response came from
 */
export function rewriteLocation(
  apiUrl: string,
  connectionId: string,
  requestUrl: string,
  location: string,
): string | null {
  if (!URL.canParse(location, requestUrl)) return null;
  const { origin, pathname, search } = new URL(location, requestUrl);
  const api = new URL(apiUrl);
  const prefix = prefixOf(api);
  if (origin !== api.origin || !pathname.startsWith(`${prefix}/`)) return null;
  const path = `${pathname.slice(prefix.length)}${search}`;
  try {
    resolvePath(apiUrl, path);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
  return `/connections/${connectionId}/proxy${path}`;
}

/** @param forwarded a path with its query, from its first slash on */
function resolvePath(apiUrl: string, forwarded: string): Target {
  if (!/^[\x21-\x7e]+$/.test(forwarded)) throw refused('holds something that has to be percent-encoded');
  if (forwarded.includes('#')) throw refused('has a fragment');
  const [path = ''] = forwarded.split('?', 1);
  if (path.includes('\\')) throw refused('holds a backslash');
  const decoded = decodeFully(path);
  const fault = faultOf(decoded);
  if (fault !== null) throw refused(fault);
  const api = new URL(apiUrl);
  const url = new URL(`${apiUrl}${forwarded}`);
  // Whatever the checks above missed: only exactly this path at exactly this origin is sent.
  if (url.origin !== api.origin || url.pathname !== `${prefixOf(api)}${path}`) {
    throw refused('is not written as it would be sent');
  }
  return { url: url.href, path, decodedPath: decoded };
}

function prefixOf({ pathname }: URL): string {
  return pathname.replace(/\/$/, '');
}

/** Servers on the way decode once, twice, or not at all. */
function decodeFully(path: string): string {
  let decoded = path;
  for (let round = 0; round <= MAX_DECODINGS; round += 1) {
    if (!decoded.includes('%')) return decoded;
    const next = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    if (next === decoded) return decoded;
    decoded = next;
  }
  throw refused('is encoded too often');
}

function faultOf(decoded: string): string | null {
  // Bytes from 80 on are parts of UTF-8 letters.
  if (/[^\x20-\x7e\x80-\xff]/.test(decoded)) return 'holds control characters';
  if (/[/\\]{2}/.test(decoded)) return 'has an empty segment';
  // `..;x` is `..` to servers that know path parameters.
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
