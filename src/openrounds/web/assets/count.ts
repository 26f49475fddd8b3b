// How long a post is, by the server's own rule (core/text.py): grapheme clusters, a link is 23, `@name@domain` is `@name`.
// tests/vectors/count.json holds both to the same answers.

const LINK_LENGTH = 23;
const LONGEST_HOST = 253;
const WORD = "\\p{L}\\p{M}\\p{Nd}\\p{Pc}";
const BREAK = "\\s<>\"\\p{Cc}\\p{Cs}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";
const LABEL = "[\\p{L}\\p{M}\\p{Nd}_\\-]+";
const USERNAME = "[a-zA-Z0-9_]+(?:[.\\-]+[a-zA-Z0-9_]+)*";

const SIGN = /[@hH]/g;
// JavaScript has no possessive quantifiers; the (?=(…))\n form is one.
const LINK = new RegExp(
  "(?<![A-Za-z0-9@＠$#＃])[hH][tT][tT][pP][sS]?://" +
    `(?=(?<host>(?:${LABEL}\\.)+(?:[xX][nN]--[A-Za-z0-9\\-]{2,59}|[A-Za-z]{2,63}|(?:(?![A-Za-z])[\\p{L}\\p{M}]){1,63})` +
    "|[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[lL][oO][cC][aA][lL][hH][oO][sS][tT]))\\k<host>" +
    "(?![A-Za-z0-9_@+\\-]|\\.[A-Za-z0-9])" +
    "(?::(?<port>[0-9]{1,5})(?![0-9]))?" +
    `(?!@|:[^${BREAK}@/?#]{0,64}@)` +
    `(?:(?=[/?#])(?:[^()${BREAK}]|\\((?:[^()${BREAK}]|\\([^()${BREAK}]*\\))*\\))*)?`,
  "uy",
);
const MENTION = new RegExp(
  `(?<![=/${WORD}])@(?=(?<name>${USERNAME}(?:@[${WORD}]+(?:[.\\-]+[${WORD}]+)*(?::[0-9]{1,5}(?![0-9]))?)?))\\k<name>` +
    "(?!@|://|[\\u00c0-\\u024f])",
  "uy",
);
const AFTER_PATH = "?!*\"'「」<>;:=,.$%[]~&|@";
const AFTER_QUERY = "?!*\"'「」<>;:,.$%[]~|@^`{}\\+";
let clusters: Intl.Segmenter | undefined; // made when there is something to count: it takes a phone a moment

export function count(text: string, warning = ""): number {
  if (text === "" && warning === "") return 0;
  let length = 0;
  clusters ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const _ of clusters.segment(warning + countable(text.replaceAll("\r\n", "\n")))) length += 1;
  return length;
}

function countable(text: string): string {
  let result = "";
  let end = 0;
  for (const sign of text.matchAll(SIGN)) {
    if (sign.index < end) continue;
    const found = sign[0] === "@" ? mention(text, sign.index) : link(text, sign.index);
    if (found === undefined) continue;
    result += text.slice(end, sign.index) + found.counts;
    end = sign.index + found.length;
  }
  return result + text.slice(end);
}

type Found = { length: number; counts: string };

function link(text: string, start: number): Found | undefined {
  LINK.lastIndex = start;
  const match = LINK.exec(text);
  if (match?.groups === undefined || (match.groups["host"] ?? "").length > LONGEST_HOST) return undefined;
  if (Number(match.groups["port"] ?? 0) > 65535) return undefined;
  const query = trimmed(match[0], AFTER_QUERY);
  const address = query.includes("?") ? query : trimmed(match[0], AFTER_PATH);
  return { length: address.length, counts: "x".repeat(LINK_LENGTH) };
}

function trimmed(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function mention(text: string, start: number): Found | undefined {
  MENTION.lastIndex = start;
  const match = MENTION.exec(text);
  if (match === null) return undefined;
  return { length: match[0].length, counts: `@${match[0].slice(1).split("@")[0] ?? ""}` };
}
