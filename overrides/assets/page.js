// What a page does for its reader: palette, drawers, the table of contents that follows, the way back up, code that scrolls by keyboard.
// A classic script, so that it also runs from the disk. Without it, drawers open and all text is there.

(() => {
  const root = document.documentElement;
  const header = document.querySelector(".header");

  // ---- Palette: the system's, light or dark; the page's first script sets what was chosen before anything is painted ----

  const PALETTES = { "": "as the system has them", light: "light", dark: "dark" };
  const KEY = `${new URL(root.dataset.site.replace(/\/*$/, "/"), location.href).pathname}.palette`;
  const toggle = document.querySelector(".palette");

  function show(palette) {
    if (palette) root.dataset.palette = palette;
    else delete root.dataset.palette;
    toggle.setAttribute("aria-label", `Colours: ${PALETTES[palette]}`);
    toggle.title = `Colours: ${PALETTES[palette]}`;
  }

  show(root.dataset.palette in PALETTES ? root.dataset.palette : "");
  toggle.addEventListener("click", () => {
    const all = Object.keys(PALETTES);
    const next = all[(all.indexOf(root.dataset.palette ?? "") + 1) % all.length];
    show(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // storage is blocked: the palette lasts as long as the page
    }
  });
  addEventListener("storage", (event) => event.key === KEY && show(event.newValue in PALETTES ? event.newValue : ""));

  // ---- Drawers: the browser opens and closes them, and gives the focus back ----

  for (const drawer of document.querySelectorAll("nav[popover]")) {
    const button = document.querySelector(`[popovertarget="${drawer.id}"]`);
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", drawer.id);
    drawer.addEventListener("toggle", (event) => {
      const open = event.newState === "open";
      button.setAttribute("aria-expanded", String(open));
      if (open) drawer.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    });
    const close = () => drawer.matches(":popover-open") && drawer.hidePopover();
    drawer.addEventListener("click", (event) => event.target.closest("a") && close());
    drawer.addEventListener("focusout", (event) => event.relatedTarget && !drawer.contains(event.relatedTarget) && event.relatedTarget !== button && close());
    for (const width of ["60em", "76em"]) matchMedia(`(min-width: ${width})`).addEventListener("change", close); // beside the text, it is no drawer
  }

  // ---- Where the reader is ----

  const title = document.querySelector("h1");
  const places = [...document.querySelectorAll(".toc a")]
    .map((link) => ({ link, heading: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
    .filter(({ heading }) => heading);
  let current;
  let top = scrollY;
  let waiting = false;
  let resting;

  /** The last heading above the first quarter of the screen; where the page ends, the one that an address asked for. */
  function place() {
    const line = header.offsetHeight + innerHeight / 8;
    const passed = places.findLast(({ heading }) => heading.getBoundingClientRect().top <= line);
    const atEnd = scrollY + innerHeight >= root.scrollHeight - 2;
    const asked = atEnd && places.find(({ link }) => link.hash === location.hash);
    return asked && asked.heading.getBoundingClientRect().top < innerHeight ? asked : passed;
  }

  function follow() {
    waiting = false;
    const up = scrollY < top;
    if (Math.abs(scrollY - top) > 4) root.classList.toggle("is-rising", up && scrollY > innerHeight);
    top = scrollY;
    root.classList.toggle("is-below-title", title !== null && title.getBoundingClientRect().bottom < header.offsetHeight);
    const next = place();
    if (next === current) return;
    current?.link.removeAttribute("aria-current");
    current = next;
    if (!current) return;
    current.link.setAttribute("aria-current", "true");
    const box = current.link.closest(".toc");
    const [shown, wanted] = [box.getBoundingClientRect(), current.link.getBoundingClientRect()];
    if (wanted.top < shown.top + 40 || wanted.bottom > shown.bottom - 40) box.scrollTop += wanted.top - shown.top - shown.height / 2;
  }

  /** The address names the section on the screen, so that it can be shared and a reload comes back to it. */
  function track() {
    const hash = current ? current.link.hash : "";
    if (!places.length || hash === location.hash) return;
    try {
      history.replaceState(history.state, "", hash || location.pathname + location.search);
    } catch {
      // some browsers refuse that for files, or if it comes too often
    }
  }

  addEventListener(
    "scroll",
    () => {
      if (!waiting) requestAnimationFrame(follow);
      waiting = true;
      clearTimeout(resting);
      resting = setTimeout(track, 200);
    },
    { passive: true },
  );
  requestAnimationFrame(() => setTimeout(follow)); // behind the first paint: to ask for places before it costs a layout more

  // ---- Code that is wider than the screen is reached and scrolled by keyboard ----

  const sizes = new ResizeObserver((entries) => {
    const wide = entries.map(({ target }) => [target, target.scrollWidth > target.clientWidth]);
    for (const [box, scrolls] of wide) {
      if (scrolls) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  });
  for (const code of document.querySelectorAll("pre")) sizes.observe(code);

  // ---- What is folded away ----

  function unfold() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details:not([open])");
    if (!folded) return;
    folded.open = true;
    target.scrollIntoView();
  }

  addEventListener("hashchange", unfold);
  unfold();
})();
