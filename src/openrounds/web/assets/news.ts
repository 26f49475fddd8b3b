// Says how many new posts there are, and shows them when asked to: nothing jumps under the reader's eyes.
// Streams tell of them at once (live.ts); without a stream the server is asked now and then.
import { word } from "./words";

const EVERY = 30_000;
const MOST = 40;

export interface News {
  /** What the page shows: `home`, `local`, `tag:name` or `thread:id`. */
  readonly of: string;
  readonly feed: HTMLElement;
  arrived(id: string): void;
  gone(id: string): void;
  /** Asks the server, after a time without a stream. */
  ask(): Promise<void>;
  /** While a stream tells, nobody asks. */
  told(live: boolean): void;
}

export function news(feed: HTMLElement): News | undefined {
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
    of,
    feed,
    ask,
    arrived(id) {
      fresh.add(id);
      show();
    },
    gone(id) {
      if (fresh.delete(id)) show();
    },
    told(now) {
      live = now;
      document.documentElement.toggleAttribute("data-live", now);
    },
  };
}
