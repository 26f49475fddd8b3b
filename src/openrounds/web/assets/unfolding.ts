// A long thread appears at once because replies below the window are not laid out (pages.css). That is done here when nothing
// else is to do, a few at a time, so that places and sizes are right for whoever jumps, searches or listens.

const AT_ONCE = 5;
const PATIENCE = 100; // ms that a browser without idle times waits between two of them

export function unfolding(root: ParentNode): void {
  const waiting = [...root.querySelectorAll(".reply:not(.laid)")];
  const next = (): void => {
    for (const reply of waiting.splice(0, AT_ONCE)) reply.classList.add("laid");
    if (waiting.length > 0) idle(next);
  };
  idle(next);
}

function idle(go: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(go);
  else setTimeout(go, PATIENCE);
}
