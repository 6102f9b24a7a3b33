// The one part of the search that every page loads: it opens an empty dialog at once, and fetches the rest when a reader reaches for it.
// A classic script, so that it also runs from the disk.

(() => {
  const here = document.currentScript.src;
  const fields = document.querySelectorAll("[data-search]"); // in the header, and at the top of the first page
  if (!fields.length || !window.HTMLDialogElement) return; // the field stays what it is without JavaScript: a link to the list of guides
  let dialog;
  let fetched = false;

  function make() {
    dialog = document.createElement("dialog");
    dialog.className = "search";
    dialog.setAttribute("aria-label", "Search");
    dialog.innerHTML = `<form class="search-form" role="search"><input class="search-input" aria-label="Search the guides" placeholder="Search" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search"></form>`;
    dialog.firstChild.addEventListener("submit", (event) => {
      event.preventDefault();
      dialog.dataset.entered = "";
    });
    dialog.addEventListener("close", () => document.documentElement.classList.remove("search-is-open"));
    dialog.dataset.site = new URL("../../", here).href;
    document.body.append(dialog);
    return dialog;
  }

  function fetchRest() {
    if (fetched) return;
    fetched = true;
    dialog ??= make();
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("search.css", here).href });
    const index = Object.assign(document.createElement("link"), { rel: "preload", as: "script", href: `${dialog.dataset.site}search/index.js` });
    document.head.append(style, index);
    for (const name of ["query.js", "dialog.js"]) {
      const script = Object.assign(document.createElement("script"), { src: new URL(name, here).href, async: false });
      script.onerror = () => (fetched = false);
      document.head.append(script);
    }
  }

  function open(query = "") {
    dialog ??= make();
    fetchRest();
    if (dialog.open) return;
    const input = dialog.querySelector("input");
    input.value = query || input.value;
    dialog.showModal();
    document.documentElement.classList.add("search-is-open");
    input.select();
    dialog.dispatchEvent(new Event("opened"));
  }

  for (const field of fields) {
    field.setAttribute("role", "button");
    field.setAttribute("aria-haspopup", "dialog");
    field.setAttribute("aria-keyshortcuts", "/ Control+K Meta+K");
    field.addEventListener("focus", fetchRest);
    field.addEventListener("click", (event) => {
      event.preventDefault();
      open();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      open();
    });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!slash && !((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) return;
    event.preventDefault();
    open();
  });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) open(asked);
})();
