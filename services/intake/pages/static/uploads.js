// Sends photos while the form is being answered, one after the other; the next page goes on with what is left.
(() => {
  "use strict";
  const PAUSES = [0, 1000, 3000, 9000];
  const DAY = 24 * 60 * 60 * 1000;
  const PATIENCE = 120 * 1000;
  const ARRIVED = 204;
  const [FAULT, BUSY, TOO_SLOW] = [500, 429, 408];

  const box = document.querySelector(".uploads");
  const form = box.closest("form");
  const chooser = form.querySelector("input[type=file]");
  const words = box.dataset;
  const token = new URL(words.to, location).searchParams.get("form");
  const status = box.querySelector(".uploads__status");
  const list = box.querySelector("ul");
  let items = [];
  let line = null;
  let busy = false;
  let leaving = false;
  let warned = false;
  let wake = () => {};

  // What has not arrived yet waits in the browser, since a page that is left takes along nothing else.
  const shelf = (() => {
    const NAME = "waiting";
    const opened = new Promise((done, failed) => {
      const asked = indexedDB.open("istek.dosyalar");
      asked.onupgradeneeded = () => asked.result.createObjectStore(NAME, { keyPath: "id" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    const within = async (mode, work, begun = () => {}) => {
      const transaction = (await opened).transaction(NAME, mode);
      begun(transaction);
      if (leaving) transaction.abort();
      const request = work(transaction.objectStore(NAME));
      return new Promise((done, failed) => {
        transaction.oncomplete = () => done(request.result);
        transaction.onabort = () => failed(transaction.error);
      });
    };
    return {
      all: () => within("readonly", (all) => all.getAll()),
      put: (record, begun) => within("readwrite", (all) => all.put(record), begun),
      remove: (id) => within("readwrite", (all) => all.delete(id)).catch(() => {}),
    };
  })();

  const keep = async (item) => {
    const { id, at, name, blob, ready, refused } = item;
    try {
      await shelf.put({ id, at, name, blob, ready, refused, token }, (writing) => { item.writing = writing; });
      item.kept = true;
    } catch {
      // A browser may forbid it, or have no room: the page's own form takes the file along.
    }
  };

  const say = (sentence) => { status.textContent = sentence; };

  const show = (item, state, percent = 0) => {
    item.state = state;
    item.row.dataset.state = state;
    item.row.querySelector(".upload__state").textContent = item.refused ?? words[state].replace("{percent}", percent);
    item.row.querySelector("progress").value = percent;
    item.row.querySelector("progress").hidden = state === "failed";
    item.row.querySelector(".upload__again").hidden = state !== "failed" || Boolean(item.refused);
    const unfinished = items.some((one) => one.state !== "failed");
    box.querySelector(".uploads__meanwhile").hidden = !unfinished;
  };

  const fail = (item, refused) => {
    item.refused = refused;
    show(item, "failed");
    say(`${item.name}: ${refused ?? words.failed}`);
    if (refused) keep(item);
  };

  const drop = async (item) => {
    items = items.filter((other) => other !== item);
    item.row.remove();
    box.querySelector(".uploads__meanwhile").hidden = !items.some((one) => one.state !== "failed");
    await shelf.remove(item.id);
  };

  const rest = async (item, pause) => {
    const woken = (work) => new Promise((done) => { wake = done; work(done); });
    if (pause) {
      show(item, "pausing");
      await woken((done) => setTimeout(done, pause));
    }
    if (navigator.onLine) return;
    show(item, "offline");
    await woken(() => {});
  };

  const post = (name, value, begun = () => {}) => new Promise((done) => {
    const body = new FormData();
    body.append(name, ...value);
    const sending = new XMLHttpRequest();
    sending.open("POST", words.to);
    sending.setRequestHeader("Accept", "application/problem+json");
    sending.responseType = "json";
    sending.onloadend = () => done({ status: sending.status, problem: sending.response });
    begun(sending);
    sending.send(body);
  });

  const watch = (item) => (sending) => {
    line = sending;
    // A slow line needs minutes for a large file; only one that stands still is given up.
    let stalled = 0;
    const moved = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => sending.abort(), PATIENCE);
    };
    sending.upload.onprogress = ({ loaded, total }) => {
      moved();
      show(item, "running", Math.floor((loaded / total) * 100));
    };
    moved();
  };

  const isPassing = (code) => !code || code >= FAULT || code === BUSY || code === TOO_SLOW;

  const sentenceOf = (problem) => {
    const english = document.documentElement.lang === "en";
    return problem?.errors?.[0]?.[english ? "message_en" : "message_tr"] ?? problem?.detail ?? words.failed;
  };

  // Kept before it is sent, so that what is sent again is the very same file and counts once.
  const prepare = async (item) => {
    show(item, "preparing");
    try {
      const { shrunk } = await import(words.shrinking);
      item.blob = await shrunk(item.blob);
    } catch {
      // What cannot be shrunk here goes as it is; the server looks at it anyway.
    }
    item.ready = true;
    if (items.includes(item)) await keep(item);
  };

  const send = async (item) => {
    // Shrinking is loaded for it, which needs the line, too.
    await rest(item, 0);
    if (!item.ready) await prepare(item);
    if (item.blob.size > Number(words.most)) {
      fail(item, words.tooLarge.replace("{size}", Math.ceil(item.blob.size / 1e6)));
      return;
    }
    for (const pause of PAUSES) {
      await rest(item, pause);
      if (leaving || !items.includes(item)) return;
      show(item, "running");
      const answer = await post("dosya", [item.blob, item.name], watch(item));
      if (leaving || !items.includes(item)) return;
      if (answer.status === ARRIVED) {
        await drop(item);
        say(`${item.name}: ${words.arrived}`);
        await refresh();
        return;
      }
      if (!isPassing(answer.status)) {
        fail(item, sentenceOf(answer.problem));
        return;
      }
    }
    fail(item);
  };

  const run = async () => {
    if (busy) return;
    busy = true;
    for (let next; !leaving && (next = items.find(({ state }) => state === "waiting"));) await send(next);
    busy = false;
  };

  const again = (item) => {
    show(item, "waiting");
    run();
  };

  const take = (item) => {
    item.row = box.querySelector("template").content.firstElementChild.cloneNode(true);
    item.row.querySelectorAll(".upload__name").forEach((place) => { place.textContent = item.name; });
    item.row.querySelector("progress").setAttribute("aria-label", item.name);
    item.row.querySelector(".upload__again").addEventListener("click", () => again(item));
    item.row.querySelector(".upload__remove").addEventListener("click", () => remove(item));
    items.push(item);
    list.append(item.row);
    box.hidden = false;
    show(item, item.refused ? "failed" : "waiting");
  };

  const home = () => (chooser ?? form.querySelector("button[type=submit]")).focus();

  const remove = async (item) => {
    const sent = item.state === "running";
    await drop(item);
    if (sent) line.abort();
    home();
    // It may have arrived in the very moment; then it is among the others, to be taken out there.
    if (sent) await refresh();
  };

  const choose = async () => {
    const at = Date.now();
    const fresh = [...chooser.files].map((file, n) => ({ id: `${at}.${String(n).padStart(3, "0")}`, at, name: file.name, blob: file }));
    chooser.value = "";
    fresh.forEach(take);
    await Promise.all(fresh.map(keep));
    run();
  };

  // Which files came, where they were taken and when: the page itself knows how that looks.
  const refresh = async () => {
    const regions = [...document.querySelectorAll("[data-fresh]")];
    const answer = regions.length ? await fetch(form.action).catch(() => null) : null;
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    regions.forEach((region) => swap(region, page.getElementById(region.id)));
  };

  const swap = (region, fresh) => {
    if (!fresh) return;
    const focused = [document.activeElement].filter((one) => region.contains(one));
    const chosen = [...region.querySelectorAll("input:checked")];
    region.replaceChildren(...fresh.childNodes);
    const controls = [...region.querySelectorAll("input, button")];
    const same = (old) => controls.filter(({ name, value }) => name === old.name && value === old.value);
    chosen.flatMap(same).forEach((input) => { input.checked = true; });
    focused.flatMap(same).forEach((control) => control.focus());
    enliven();
  };

  // Without a script a file is taken out by a tick and the page's own button.
  const enliven = () => document.querySelectorAll(".attached__remove").forEach((button) => {
    button.hidden = false;
    button.previousElementSibling.hidden = true;
  });

  const takeOut = async (button) => {
    button.disabled = true;
    const answer = await post("sil", [button.value]);
    if (answer.status !== ARRIVED) say(sentenceOf(answer.problem));
    await refresh();
    home();
  };

  const isAbandoned = ({ writing }) => {
    try {
      writing?.abort();
      return true;
    } catch {
      return false;
    }
  };

  const leave = ({ formData }) => {
    leaving = true;
    line?.abort();
    items.filter((item) => !item.refused && !item.kept && isAbandoned(item)).forEach(({ blob, name }) => formData.append("dosya", blob, name));
  };

  // Only the last step cannot be followed by what is still on its way.
  const hold = (event) => {
    if (!words.last || !navigator.onLine) return;
    const left = items.filter(({ refused }) => !refused).length;
    if (!left || warned) {
      // Who sends it without them has no more use for them, and the next at this device has none either.
      items.forEach(drop);
      return;
    }
    event.preventDefault();
    warned = true;
    say(words.last.replace("{count}", left));
    status.focus();
  };

  const resume = async () => {
    const all = await shelf.all().catch(() => []);
    const over = all.filter(({ at }) => Date.now() - at > DAY);
    over.forEach(({ id }) => shelf.remove(id));
    all.filter((one) => one.token === token && !over.includes(one)).forEach((one) => take({ ...one, kept: true }));
    run();
  };

  const proceed = () => {
    wake();
    items.filter(({ state, refused }) => state === "failed" && !refused).forEach(again);
  };

  chooser?.addEventListener("change", choose);
  form.addEventListener("submit", hold);
  form.addEventListener("formdata", leave);
  form.addEventListener("click", ({ target }) => {
    const button = target.closest(".attached__remove");
    if (button) takeOut(button);
  });
  addEventListener("online", proceed);
  addEventListener("pageshow", ({ persisted }) => {
    leaving &&= !persisted;
    if (persisted) proceed();
  });
  enliven();
  resume();
})();
