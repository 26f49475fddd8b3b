// What scripts say, in the language of the page: the words stand in a template beside the script (web/script_words.py).

export function word(name: string, values: Record<string, string | number> = {}): string {
  const given = document.getElementById("words")?.dataset[name] ?? "";
  return given.replaceAll(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}
