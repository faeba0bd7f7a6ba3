/** The forms of REDIS_URL: one server, a primary that Sentinels name, or a cluster. */

export interface RedisHost {
  host: string;
  port: number;
}

interface Login {
  username?: string;
  password?: string;
  tls: boolean;
}

export type RedisAddress =
  | { kind: 'single'; url: string }
  | ({ kind: 'sentinel'; sentinels: RedisHost[]; name: string; sentinelPassword?: string } & Login)
  | ({ kind: 'cluster'; hosts: RedisHost[] } & Login);

/** What the operator of a validator may write; shown where REDIS_URL is wrong. */
export const redisAddressForms =
  'must be redis://[user:password@]host:port, redis+sentinel://[user:password@]host:port,host:port/name or redis+cluster://[user:password@]host:port,host:port; rediss for TLS';

const form =
  /^(?<scheme>rediss?)\+(?<kind>sentinel|cluster):\/\/(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<hosts>[^@/?]+)(?:\/(?<name>[\w.-]+))?(?:\?sentinelPassword=(?<sentinelPassword>[^&]+))?$/;
const hostForm = /^(?<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/;
const defaultPorts = { sentinel: 26_379, cluster: 6379 };
const hostsMost = 50;

/** Undefined where the text has none of the forms. User names and passwords are percent-encoded. */
export function findRedisAddress(text: string): RedisAddress | undefined {
  if (/^rediss?:\/\//.test(text)) return hasHost(text) ? { kind: 'single', url: text } : undefined;
  const { scheme, kind, user, password, hosts, name, sentinelPassword } = form.exec(text)?.groups ?? {};
  if (hosts === undefined || (kind !== 'sentinel' && kind !== 'cluster')) return undefined;
  const parsed = hosts.split(',').map((host) => findHost(host, defaultPorts[kind]));
  if (parsed.length > hostsMost || parsed.includes(undefined)) return undefined;
  const login = {
    tls: scheme === 'rediss',
    ...(user ? { username: decode(user) } : {}),
    ...(password ? { password: decode(password) } : {}),
  };
  if (kind === 'cluster') {
    if (name !== undefined || sentinelPassword !== undefined) return undefined;
    return { kind, hosts: parsed as RedisHost[], ...login };
  }
  if (name === undefined) return undefined;
  return {
    kind,
    sentinels: parsed as RedisHost[],
    name,
    ...(sentinelPassword ? { sentinelPassword: decode(sentinelPassword) } : {}),
    ...login,
  };
}

function findHost(text: string, defaultPort: number): RedisHost | undefined {
  const { host, port } = hostForm.exec(text)?.groups ?? {};
  const number = port === undefined ? defaultPort : Number(port);
  if (host === undefined || number < 1 || number > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
}

/** What is not percent-encoding stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const hasHost = (url: string): boolean => URL.canParse(url) && new URL(url).hostname !== '';
