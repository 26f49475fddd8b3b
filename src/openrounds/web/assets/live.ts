// A stream for the page that is looked at: new posts for its bar, news for the number beside the bell. The page has no token;
// it fetches a ticket that is good for seconds (oauth/tickets.py) and sends it as the socket's subprotocol.
import type { News } from "./news";
import { word } from "./words";

interface Way {
  url: string;
  ticket: string;
  me: string;
}
interface Frame {
  stream?: string[];
  event?: string;
  payload?: string;
}

const AFTER_LOADING = 500;
const HIDDEN_FOR = 60_000;
const [SHORTEST, LONGEST] = [2_000, 120_000];

/** `shown` is what the page may say is new; none on pages without a timeline. */
export function live(shown: News | undefined): void {
  if (!document.body.classList.contains("signed-in")) return;
  let socket: WebSocket | undefined;
  let pause = SHORTEST;
  let timer = 0;

  const later = (wait: number): void => {
    clearTimeout(timer);
    timer = window.setTimeout(connect, wait);
  };
  const connect = async (): Promise<void> => {
    if (document.hidden || socket !== undefined) return;
    const answer = await fetch("/live").catch(() => undefined);
    if (!answer?.ok) return again();
    const way = (await answer.json()) as Partial<Way>;
    if (way.url !== undefined) open(way as Way); // else nothing serves streams: the page goes on asking
  };
  const again = (): void => {
    later(pause * (0.5 + Math.random()));
    pause = Math.min(2 * pause, LONGEST);
  };
  const open = (way: Way): void => {
    socket = new WebSocket(way.url, [way.ticket]);
    socket.addEventListener("open", () => {
      pause = SHORTEST;
      for (const wish of wishes(shown)) socket?.send(JSON.stringify({ type: "subscribe", ...wish }));
      shown?.told(true);
      void shown?.ask(); // what came between the page and the stream
    });
    socket.addEventListener("message", (event) => hear(JSON.parse(String(event.data)) as Frame, way.me, shown));
    socket.addEventListener("close", () => {
      socket = undefined;
      shown?.told(false);
      if (!document.hidden) again();
    });
  };

  later(AFTER_LOADING);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(timer);
      timer = window.setTimeout(() => socket?.close(), HIDDEN_FOR);
    } else if (socket === undefined) {
      later(0);
      void shown?.ask();
    } else clearTimeout(timer);
  });
  window.addEventListener("pagehide", () => socket?.close());
  window.addEventListener("pageshow", (event) => event.persisted && later(0));
}

function wishes(shown: News | undefined): Record<string, string>[] {
  const found = [{ stream: "user:notification" }];
  const of = shown?.of ?? "";
  if (of === "home") return [{ stream: "user" }];
  if (of === "local") return [...found, { stream: "public:local" }];
  if (of.startsWith("tag:")) return [...found, { stream: "hashtag", tag: of.slice(4) }];
  if (of.startsWith("thread:")) return [...found, { stream: "thread", thread: shown?.feed.dataset["thread"] ?? "" }];
  return found;
}

function hear(frame: Frame, me: string, shown: News | undefined): void {
  if (frame.event === "notification") bell();
  else if (frame.event === "delete") shown?.gone(frame.payload ?? "");
  else if (frame.event === "update" && frame.payload !== undefined) {
    const post = JSON.parse(frame.payload) as { id: string; account: { id: string } };
    if (post.account.id !== me) shown?.arrived(post.id);
  }
}

function bell(): void {
  const link = document.querySelector<HTMLElement>('.main-links a[href="/notifications"]');
  if (link === null) return;
  let count = link.querySelector(".count");
  if (count === null) {
    count = document.createElement("span");
    count.className = "count";
    link.append(count);
  }
  const hidden = document.createElement("span");
  hidden.className = "hidden";
  hidden.textContent = ` ${word("unread")}`;
  count.replaceChildren(String(Math.min(99, (Number.parseInt(count.textContent ?? "", 10) || 0) + 1)), hidden);
}
