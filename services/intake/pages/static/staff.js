// Keys and live looks of the operator's and the counter's screen. Without it buttons do the same, page by page.
(() => {
  const PHONE_DIGITS = 10;
  const PAUSE_MS = 500;

  const form = () => document.querySelector("form[id=call], form[id=counter]");
  const field = name => form()?.elements.namedItem(name);

  // --- Keys: F2 the person, F4 the text, F8 adds the caller, Ctrl+Enter saves ------------------------------

  const { writes } = pageKeys;

  // Enter alone picks a suggestion or leaves a field; it must not save half a call.
  let entered = false;
  document.addEventListener("keyup", () => { entered = false; });

  document.addEventListener("keydown", event => {
    entered = event.key === "Enter" && !event.ctrlKey && !event.metaKey && writes(event.target);
    if (event.repeat || event.isComposing || !form()) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form().requestSubmit();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "F2" || event.key === "F4") form().querySelector(`[aria-keyshortcuts="${event.key}"]`)?.focus();
    else if (event.key === "F8" && toJoin()) join();
    else return;
    event.preventDefault();
  });

  // --- Adding the caller to what is known: without leaving the field where somebody types ------------------

  const toJoin = () => document.querySelector("#join:not([hidden]) [name=ekle]");

  const join = () => {
    const box = toJoin();
    box.checked = !box.checked;
    tell("ds-sr-only", box.checked ? "Arayan eklenecek" : "Arayan eklenmeyecek");
  };

  // Whom the number belongs to and what is alike come each by itself; a request of the caller's own is not joined.
  const tellOwn = () => {
    const box = field("ekle");
    if (!box) return;
    const known = document.getElementById("joinable");
    const { number } = known.dataset;
    const own = number !== "" && document.getElementById("earlier").textContent.includes(number);
    document.getElementById("own").hidden = !own;
    document.getElementById("join").hidden = own;
    if (!own) return;
    box.checked = false;
    known.dataset.said = "";
  };

  // --- Saving: whatever happens to the connection, what was typed stays ----------------------------------

  const SIGNED_OUT = 401;

  const notSaved = why => {
    const notice = document.getElementById("no-answer");
    document.getElementById("why-not").textContent = why;
    notice.hidden = false;
    notice.focus();
  };

  const show = (html, status) => {
    const main = new DOMParser().parseFromString(html, "text/html").getElementById("main");
    if (status === SIGNED_OUT) return notSaved("oturumunuz kapandı, yeni bir sekmede giriş yapın");
    if (!main?.querySelector(`#${form().id}`)) return notSaved(`sunucu ${status} yanıtı verdi`);
    document.getElementById("main").replaceWith(main);
    prepare();
    (document.getElementById("error-summary") ?? document.getElementById("not-saved"))?.focus();
  };

  let saving = false;
  document.addEventListener("submit", async event => {
    if (event.target !== form() || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (saving || entered) return;
    saving = true;
    try {
      const filled = new FormData(form());
      const body = form().enctype === "multipart/form-data" ? filled : new URLSearchParams(filled);
      const answer = await fetch(form().action, { method: "POST", body });
      if (answer.redirected) location.assign(answer.url);
      else show(await answer.text(), answer.status);
    } catch {
      notSaved("bağlantı yok");
    } finally {
      saving = false;
    }
  });

  // --- Looks while somebody speaks -----------------------------------------------------------------------

  const LOOKS = { arayan: ["earlier"], konu: ["dangers", "alike", "joinable"] };
  const running = {};
  const asked = {};

  const tell = (className, words) => {
    const status = document.getElementById("look-status");
    status.className = className;
    status.textContent = words;
  };

  // What was ticked meanwhile stays ticked, and the focus stays, if it is still the same request.
  const exchange = (shown, fresh) => {
    const [before, after] = [shown, fresh].map(part => part.querySelector("[name=ekle]"));
    const focused = before !== null && before === document.activeElement;
    if (before && after && before.value === after.value) after.checked = before.checked;
    shown.replaceWith(fresh);
    if (focused) after?.focus();
  };

  const look = async part => {
    running[part]?.abort();
    running[part] = new AbortController();
    try {
      const answer = await fetch(`${form().dataset.look}?parca=${part}`, {
        method: "POST",
        body: new URLSearchParams(new FormData(form())),
        signal: running[part].signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of LOOKS[part]) {
        const fresh = found.getElementById(id);
        const shown = document.getElementById(id);
        // What has not changed stays, so that nothing is announced twice.
        if (fresh && shown && fresh.innerHTML !== shown.innerHTML) exchange(shown, fresh);
      }
      tellOwn();
      tell("ds-sr-only", LOOKS[part].map(id => document.getElementById(id)?.dataset.said).filter(Boolean).join(". "));
    } catch (error) {
      if (error.name === "AbortError") return;
      tell("aside-note", "Şu an bakılamıyor; kaydetmeye engel değil.");
    }
  };

  const lookOnce = (part, what) => {
    if (asked[part] === what) return;
    asked[part] = what;
    look(part);
  };

  // Every look at a caller stands in the access log, so a number is looked up when it is whole, and once.
  const lookAtCaller = () => {
    const digits = field("telefon").value.replace(/\D/g, "");
    if (digits.length >= PHONE_DIGITS && field("gorevli").value.trim()) lookOnce("arayan", `${digits}/${field("gorevli").value}`);
  };
  const lookAtMatter = () => {
    if (field("ne").value.trim()) lookOnce("konu", ["ne", "mahalle", "adres", "enlem", "boylam"].map(name => field(name).value).join("\n"));
  };

  let pause;
  document.addEventListener("input", event => {
    if (!form()?.dataset.look || !writes(event.target)) return;
    clearTimeout(pause);
    const looks = ["telefon", "gorevli"].includes(event.target.name) ? lookAtCaller : lookAtMatter;
    pause = setTimeout(looks, PAUSE_MS);
  });

  // --- The counter: what the paper lacks, in words -------------------------------------------------------

  const tellMissing = () => {
    const missing = document.getElementById("missing");
    const kind = form()?.querySelector("[name=tur]:checked");
    if (!missing || !kind) return;
    const typed = { ad: field("ad").value.trim(), adres: field("ikamet").value.trim() };
    const asked = kind.dataset.asked ? kind.dataset.asked.split(" ") : [];
    for (const tick of document.querySelectorAll(".seen > *")) {
      tick.hidden = !asked.includes(tick.querySelector("input").name.replace("var-", ""));
    }
    const lacks = asked.filter(element => !field(`var-${element}`).checked && !typed[element])
      .map(element => document.querySelector(`label[for="var-${element}"]`).textContent.toLocaleLowerCase("tr"));
    const words = !asked.length ? "Kanun bu başvuruda bunları istemez."
      : lacks.length ? `Eksik: ${lacks.join(", ")}. Başvuran burada tamamlayabilir.` : "Eksik yok.";
    if (missing.textContent !== words) missing.textContent = words;
  };

  document.addEventListener("input", tellMissing);

  const prepare = () => {
    for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
    pageKeys.prepare();
    tellMissing();
  };
  prepare();
})();
