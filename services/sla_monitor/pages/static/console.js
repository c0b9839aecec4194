// Keeps the console honest: says when it is live and when it is not, and holds rows still under a hand.
(() => {
  const LOST_AFTER_MS = 45_000;
  const live = document.getElementById("live");
  const lost = document.getElementById("lost");
  const time = new Intl.DateTimeFormat("tr-TR", {hour: "2-digit", minute: "2-digit", timeZone: "Europe/Istanbul"});
  let last = new Date();

  const held = region => region.id === "burning" && region.matches(":hover, :focus-within");

  const show = alive => {
    live.hidden = !alive;
    lost.hidden = alive;
    document.getElementById("lost-since").textContent = time.format(last).replace(":", ".");
  };

  document.addEventListener("htmx:before:request", event => {
    if (held(event.target)) event.preventDefault();
  });

  // An error keeps what is on the screen: old figures with their time are worth more than a sentence.
  document.addEventListener("htmx:before:swap", event => {
    const status = event.detail.ctx?.response?.raw?.status ?? event.detail.ctx?.response?.status;
    // The session is over: opened anew, the page leads to sign in.
    if (status === 401) location.reload();
    if (status >= 400) event.preventDefault();
  });

  document.addEventListener("htmx:after:swap", () => {
    last = new Date();
    show(true);
  });

  setInterval(() => {
    if (Date.now() - last > LOST_AFTER_MS) show(false);
  }, 5_000);
})();
