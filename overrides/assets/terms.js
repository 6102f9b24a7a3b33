// The definition of a dotted word, beside it, for pointers and keyboards. Without this script it is the browser's own tooltip.

(() => {
  const box = Object.assign(document.createElement("div"), { className: "definition", id: "definition", hidden: true });
  box.setAttribute("role", "tooltip");
  document.body.append(box);
  let term;
  let leaving;

  /** A word is defined where it stands first; the others in the page lead to the same entry. */
  function definition(link) {
    const first = link.title ? link : document.querySelector(`a.term[title][href="${CSS.escape(link.getAttribute("href"))}"]`);
    link.dataset.definition ??= first?.title || first?.dataset.definition || "";
    return link.dataset.definition;
  }

  function open(link) {
    clearTimeout(leaving);
    if (link === term) return;
    close();
    box.textContent = definition(link);
    if (!box.textContent) return;
    term = link;
    if (link.title) [link.dataset.title, link.title] = [link.title, ""]; // or the browser would show it as well
    link.setAttribute("aria-describedby", box.id);
    box.hidden = false;
    place(link);
  }

  /** Below the word, or above it where the screen ends; inside the page at either side. */
  function place(link) {
    const word = link.getClientRects()[0];
    const below = word.bottom + box.offsetHeight + 12 < innerHeight;
    const left = Math.max(8, Math.min(word.left, document.documentElement.clientWidth - box.offsetWidth - 8));
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${scrollY + (below ? word.bottom + 6 : word.top - box.offsetHeight - 6)}px`;
  }

  function close() {
    clearTimeout(leaving);
    if (!term) return;
    if (term.dataset.title) term.title = term.dataset.title;
    term.removeAttribute("aria-describedby");
    term = undefined;
    box.hidden = true;
  }

  const soon = () => {
    clearTimeout(leaving);
    leaving = setTimeout(close, 200); // time to move onto the box, whose text can be selected
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = event.target.closest?.("a.term");
    if (link) open(link);
    else if (event.target === box) clearTimeout(leaving);
    else if (term && document.activeElement !== term) soon();
  });
  document.addEventListener("focusin", (event) => {
    const link = event.target.closest?.("a.term");
    if (link && link.matches(":focus-visible")) open(link);
    else close();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
})();
