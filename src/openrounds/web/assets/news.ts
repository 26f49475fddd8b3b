// Says how many new posts there are, and shows them when asked to: nothing jumps under the reader's eyes.
// Streams tell of them at once (live.ts); without a stream the server is asked now and then.
import type { Shown } from "./live";
import { word } from "./words";

const EVERY = 30_000;
const MOST = 40;

export function news(feed: HTMLElement): Shown | undefined {
  const of = feed.dataset["poll"];
  if (of === undefined) return undefined;
  const bar = document.createElement("p");
  bar.setAttribute("role", "status");
  bar.className = "news";
  feed.before(bar);
  const fresh = new Set<string>();
  let before = 0;
  let live = false;
  const show = (): void => {
    const n = before + fresh.size;
    if (n === 0) return bar.replaceChildren();
    const link = document.createElement("a");
    link.className = "button slim";
    link.href = location.pathname;
    link.textContent = n === 1 ? word("fresh") : word("freshes", { n: n < MOST ? n : `${MOST}+` });
    bar.replaceChildren(link);
  };
  const ask = async (): Promise<void> => {
    if (document.hidden) return;
    const query = new URLSearchParams({ of, since: feed.dataset["newest"] ?? "0" });
    const answer = await fetch(`/news?${query}`).catch(() => undefined);
    if (!answer?.ok) return;
    before = ((await answer.json()) as { new: number }).new;
    fresh.clear();
    show();
  };
  window.setInterval(() => live || ask(), EVERY);
  return {
    wish: wish(of, feed.dataset["thread"] ?? ""),
    ask,
    hear(event, payload, me) {
      if (event === "delete" && fresh.delete(payload)) show();
      if (event !== "update") return;
      const post = JSON.parse(payload) as { id: string; account: { id: string } };
      if (post.account.id === me) return;
      fresh.add(post.id);
      show();
    },
    told(now) {
      live = now;
      document.documentElement.toggleAttribute("data-live", now);
    },
  };
}

/** `of` is what the page shows: `home`, `local`, `tag:name` or `thread:id`. */
function wish(of: string, thread: string): Record<string, string> | undefined {
  if (of === "home") return { stream: "user" };
  if (of === "local") return { stream: "public:local" };
  if (of.startsWith("tag:")) return { stream: "hashtag", tag: of.slice(4) };
  return of.startsWith("thread:") ? { stream: "thread", thread } : undefined;
}
