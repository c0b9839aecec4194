// The list of a page's keys: ? opens it outside of fields, its box switches single keys off in this browser.
window.pageKeys = (() => {
  const OFF = "istek-keys-off";

  const isOn = () => localStorage.getItem(OFF) === null;
  const writes = target => target.closest("textarea, select, input:not([type=radio], [type=checkbox])") !== null;

  // After the page was replaced, too: its box does not know what this browser has chosen.
  const prepare = () => {
    const box = document.getElementById("keys-on");
    if (box) box.checked = isOn();
  };

  document.addEventListener("keydown", event => {
    const keys = document.getElementById("keys");
    if (event.key !== "?" || event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!keys || !isOn() || writes(event.target)) return;
    keys.open = !keys.open;
    keys.querySelector("summary").focus();
    event.preventDefault();
  });

  document.addEventListener("change", event => {
    if (event.target.id !== "keys-on") return;
    if (event.target.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });

  prepare();
  return { isOn, writes, prepare };
})();
