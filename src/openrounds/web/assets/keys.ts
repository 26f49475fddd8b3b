// Keyboard shortcuts, listed under `?`. They rest while somebody types, and are not there for strangers and for whoever has
// switched them off (WCAG 2.1.4): the page says where that is done (`data-keys`).
import { word } from "./words";

const GO: Record<string, string> = { h: "/home", l: "/local", e: "/explore", n: "/notifications", s: "/search" };
const LISTED: [string, string][] = [
  ["j / k", "keymove"],
  ["r", "keyreply"],
  ["b", "keyboost"],
  ["f", "keyfavourite"],
  ["s", "keybookmark"],
  ["o", "keyopen"],
  ["c", "keywrite"],
  ["/", "keysearch"],
  ["g h, g l, g e, g n, g s", "keygo"],
  ["?", "keylist"],
];
let going = false;

export function keys(): void {
  if (document.body.dataset["keys"] === undefined) return;
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, dialog")) return;
    if (press(event.key)) event.preventDefault();
  });
}

function press(key: string): boolean {
  if (going) {
    going = false;
    const path = GO[key];
    if (path !== undefined) location.assign(path);
    return path !== undefined;
  }
  if (key === "g") going = true;
  else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "c") location.assign("/compose");
  else if (key === "/") location.assign("/search");
  else if (key === "?") help();
  else return onPost(key);
  return true;
}

const current = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>("article.post") ?? null;

function move(step: number): void {
  const posts = [...document.querySelectorAll<HTMLElement>("article.post")];
  const here = current();
  const next = posts[here === null ? 0 : posts.indexOf(here) + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function onPost(key: string): boolean {
  const post = current();
  if (key === "o") {
    post?.querySelector<HTMLAnchorElement>(".when a")?.click();
    return post !== null;
  }
  const button = "rbfs".includes(key) ? post?.querySelector<HTMLElement>(`[data-key="${key}"]`) : undefined;
  button?.click();
  return button !== undefined && button !== null;
}

function help(): void {
  const dialog = document.createElement("dialog");
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = word("keyboard");
  dialog.setAttribute("aria-labelledby", title.id);
  const list = document.createElement("dl");
  for (const [key, what] of LISTED) {
    const term = document.createElement("dt");
    const said = document.createElement("dd");
    term.textContent = key;
    said.textContent = word(what);
    list.append(term, said);
  }
  const close = document.createElement("button");
  close.className = "button slim";
  close.textContent = word("close");
  close.addEventListener("click", () => dialog.close());
  const off = document.createElement("a");
  off.href = document.body.dataset["keys"] ?? "";
  off.textContent = word("keyoff");
  const foot = document.createElement("p");
  foot.className = "actions";
  foot.append(close, off);
  dialog.append(title, list, foot);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
