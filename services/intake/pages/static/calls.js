// Keys of the call list: J and K move over it, Enter opens as on any link. Without it Tab does the same.
(() => {
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!pageKeys.isOn() || pageKeys.writes(event.target)) return;
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (!step) return;
    const links = [...document.querySelectorAll(".call-link")];
    const at = links.indexOf(document.activeElement);
    links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step]?.focus();
    event.preventDefault();
  });
})();
