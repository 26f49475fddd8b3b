// Times in the reader's own zone and language; the page itself says them in UTC.

const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const today = new Intl.DateTimeFormat(undefined, clock);
const thisYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", ...clock });
const appointed = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", ...clock });
const longAgo = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const now = new Date();

function said(moment: Date): string {
  if (moment.toDateString() === now.toDateString()) return today.format(moment);
  if (moment.getFullYear() === now.getFullYear()) return thisYear.format(moment);
  return (moment > now ? appointed : longAgo).format(moment);
}

export function times(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[datetime]:not([title])")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    time.title = time.textContent.trim();
    time.textContent = said(moment);
  }
}
