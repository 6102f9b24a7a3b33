// Previous and next follow the learning path whose link brought the reader here; without one, or without storage, the index.

(() => {
  const root = document.documentElement;
  const KEY = `${new URL(root.dataset.site.replace(/\/*$/, "/"), location.href).pathname}.path`;
  const nav = document.querySelector(".neighbours");
  const plain = nav ? [...nav.children] : [];

  function chosen() {
    try {
      return localStorage.getItem(KEY) ?? "";
    } catch {
      return ""; // storage is blocked
    }
  }

  function choose(name) {
    try {
      if (name) localStorage.setItem(KEY, name);
      else localStorage.removeItem(KEY);
    } catch {
      // the index's order stays
    }
  }

  function show() {
    const name = chosen();
    const steps = name && document.querySelector(`template[data-path="${CSS.escape(name)}"]`);
    nav.replaceChildren(...(steps ? steps.content.cloneNode(true).children : plain));
    nav.querySelector("button")?.addEventListener("click", () => {
      choose("");
      show();
      nav.querySelector("a").focus();
    });
  }

  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-path] :is(li, td) a:not(.term)");
    if (step) choose(step.closest("[data-path]").dataset.path);
  });
  addEventListener("pageshow", () => nav && show());
})();
