// A stream for the page that is looked at: new posts for its bar, news for the number beside the bell. The page has no token;
// it fetches a ticket that is good for seconds (oauth/tickets.py) and sends it as the socket's subprotocol.
import { word } from "./words";

/** What of the page a stream keeps up to date. */
export interface Shown {
  /** The stream that it listens to beside notifications; none if there is none for it. */
  readonly wish: Record<string, string> | undefined;
  /** Asks the server, after a time without a stream. */
  ask(): Promise<void>;
  /** While a stream tells, nobody asks. */
  told(live: boolean): void;
  /** Something has happened: an event of the stream with its payload. `me` is the reader's account. */
  hear(event: string, payload: string, me: string): void;
}
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
export function live(shown: Shown | undefined): void {
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

function wishes(shown: Shown | undefined): Record<string, string>[] {
  const bell = { stream: "user:notification" };
  if (shown?.wish === undefined) return [bell];
  return shown.wish["stream"] === "user" ? [shown.wish] : [bell, shown.wish];
}

function hear(frame: Frame, me: string, shown: Shown | undefined): void {
  if (frame.event === "notification") bell();
  else if (frame.event !== undefined) shown?.hear(frame.event, frame.payload ?? "", me);
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
