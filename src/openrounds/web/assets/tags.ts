// The hashtags that a form keeps, put below the text as the server does (web/forms/compose.py): they count.
// tests/vectors/kept_tags.json holds both to the same answers.

const HASHTAG = /(?<![=/)&\p{L}\p{Nd}])[#＃]([\p{L}\p{Nd}\p{Pc}][\p{L}\p{M}\p{Nd}\p{Pc}·\u200c\u30fb]*)(?!:\/\/)/gu;

export function withTags(text: string, tags: readonly string[]): string {
  const there = new Set([...text.matchAll(HASHTAG)].map((match) => fold(match[1] ?? "")));
  const missing = tags.filter((tag) => !there.has(fold(tag))).map((tag) => `#${tag}`);
  if (missing.length === 0 || text.trim() === "") return text;
  return `${text.trimEnd()}\n\n${missing.join(" ")}`.trim();
}

function fold(name: string): string {
  const small = name.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").normalize("NFD");
  return small.replaceAll(/(\p{Script=Latin})\p{Mn}+/gu, "$1").normalize("NFC");
}
