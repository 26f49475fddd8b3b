// Makes the pages installable, and lets them say so when there is no network.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
