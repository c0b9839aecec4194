// Keys of the triage page: 1–3 choose, Enter accepts, D another unit, S asks, A splits, J and K move, ? lists them.
(() => {
  const OFF = "istek-keys-off";
  const keys = document.getElementById("keys");
  const keysOn = document.getElementById("keys-on");
  const form = document.getElementById("decide");

  if (keysOn) {
    keysOn.checked = localStorage.getItem(OFF) === null;
    keysOn.addEventListener("change", () => {
      if (keysOn.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
  }

  const follow = id => document.getElementById(id)?.click();

  const unfold = (id, first) => {
    const part = document.getElementById(id);
    if (!part) return;
    part.open = true;
    part.querySelector(first).focus();
  };

  const choose = radio => {
    if (!radio || radio.disabled) return;
    radio.checked = true;
    radio.focus();
  };

  const actions = {
    j: () => follow("next"),
    k: () => follow("previous"),
    d: () => {
      const other = document.getElementById("diger");
      if (!other) return;
      other.checked = true;
      document.getElementById("birim").focus();
    },
    a: () => unfold("ayir", "input"),
    s: () => unfold("sor", "select"),
    "?": () => {
      if (!keys) return;
      keys.open = !keys.open;
      keys.querySelector("summary").focus();
    },
    enter: () => form?.requestSubmit(),
  };
  for (const digit of [1, 2, 3]) {
    actions[digit] = () => choose(form?.querySelectorAll(".suggestion:not(.suggestion--other) input")[digit - 1]);
  }

  // Where a person types, or where Enter has a meaning of its own, keys are left alone.
  const writes = target => target.closest("textarea, select, input:not([type=radio], [type=checkbox])");
  const acts = target => target.closest("a, button, summary, input[type=checkbox]");

  document.addEventListener("keydown", event => {
    // A key that is held down must not send one request after the other.
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (localStorage.getItem(OFF) !== null || writes(event.target)) return;
    const key = event.key.toLocaleLowerCase("en");
    if (key === "enter" && acts(event.target)) return;
    const action = actions[key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  document.getElementById("birim")?.addEventListener("change", () => {
    document.getElementById("diger").checked = true;
  });
})();
