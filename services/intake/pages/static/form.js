// Keeps what was typed: the text in this browser until it is sent, the other answers on the way to another page.
(() => {
  "use strict";
  const DAY = 24 * 60 * 60 * 1000;
  const TWICE = 3000;
  const PREFIX = "istek.taslak.";

  // A browser may forbid storage; the form works without.
  const storage = (work) => {
    try {
      return work(localStorage);
    } catch {
      return null;
    }
  };

  const forget = () => storage((kept) => {
    Object.keys(kept).filter((key) => key.startsWith(PREFIX)).forEach((key) => kept.removeItem(key));
  });

  const kept = (key) => storage((all) => {
    const draft = JSON.parse(all.getItem(key) ?? "null");
    return draft && Date.now() - draft.at < DAY ? draft.text : null;
  });

  const keepText = (field) => {
    const key = PREFIX + field.dataset.keep;
    const line = field.parentElement.querySelector(".kept");
    const number = new Intl.NumberFormat(document.documentElement.lang);
    const show = (saved) => {
      line.hidden = !field.value;
      line.firstElementChild.textContent = saved ? `✓ ${field.dataset.saved}` : "";
      line.lastElementChild.textContent = `${number.format(field.value.length)} / ${number.format(field.maxLength)}`;
    };
    const keep = () => storage((all) => {
      all.setItem(key, JSON.stringify({ text: field.value, at: Date.now() }));
      return true;
    });

    field.value ||= kept(key) ?? "";
    show(field.value && field.value === kept(key));
    let pause = 0;
    field.addEventListener("input", () => {
      clearTimeout(pause);
      show(false);
      pause = setTimeout(() => show(keep()), 300);
    });
    addEventListener("pagehide", () => field.value && keep());
  };

  const watchConnection = (form) => {
    const say = (words) => {
      form.querySelector(".form-status").textContent = words;
    };
    let sentAt = 0;
    form.addEventListener("submit", (event) => {
      // Something else has to be said before it is sent.
      if (event.defaultPrevented) return;
      // The second click of a double one would show "is being saved" in the stead of the answer.
      if (!navigator.onLine || Date.now() - sentAt < TWICE) event.preventDefault();
      else sentAt = Date.now();
      if (!navigator.onLine) say(form.dataset.offline);
    });
    addEventListener("offline", () => say(form.dataset.offline));
    addEventListener("online", () => say(form.dataset.online));
  };

  // "Geri" and the other language take along what is typed, finished or not.
  const takeAlong = (form) => {
    const leave = (link, where) => link?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !navigator.onLine) return;
      event.preventDefault();
      const wish = document.createElement("input");
      Object.assign(wish, { type: "hidden", name: "sonra", value: where });
      form.append(wish);
      form.submit();
    });
    leave(document.querySelector(".back a"), "geri");
    document.querySelectorAll(".site-header__links a[hreflang]").forEach((link) => leave(link, link.hreflang));
  };

  if (document.querySelector("[data-sent]")) forget();
  document.querySelectorAll("textarea[data-keep]").forEach(keepText);
  const form = document.querySelector("form.request");
  if (form) {
    watchConnection(form);
    if (form.querySelector("input, select, textarea")) takeAlong(form);
  }
})();
