// Only a script can open the print dialog; without one there is the browser's own menu, and no button.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
