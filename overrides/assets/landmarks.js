// The theme puts the copy button of each code block into a <nav>: dozens of landmarks without a name on a page.

function quieten() {
  for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])")) nav.setAttribute("role", "presentation");
}

new MutationObserver(quieten).observe(document.body, { childList: true, subtree: true });
quieten();
