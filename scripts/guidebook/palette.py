"""Colours of diagrams: a drawing is made once in marker colours, which then become the site's CSS variables.

So one SVG follows the reader's palette. Which variable colours what: https://mermaid.js.org/config/theming.html
"""

from __future__ import annotations

import re
from typing import Any

# Role → the theme variables of Mermaid that take its colour; `overrides/assets/site.css` gives each role a value.
_VARIABLES = {
    "bg": "background edgeLabelBackground labelBackgroundColor innerEndBackground sequenceNumberColor quadrant1Fill quadrant3Fill "
    "attributeBackgroundColorOdd rowOdd altSectionBkgColor",
    "node": "primaryColor mainBkg nodeBkg actorBkg stateBkg taskBkgColor activationBkgColor labelBoxBkgColor compositeTitleBackground",
    "border": "primaryBorderColor nodeBorder actorBorder stateBorder taskBorderColor activationBorderColor labelBoxBorderColor "
    "quadrantExternalBorderStrokeFill",
    "group": "secondaryColor tertiaryColor clusterBkg compositeBackground altBackground sectionBkgColor sectionBkgColor2 "
    "excludeBkgColor quadrant2Fill quadrant4Fill attributeBackgroundColorEven rowEven",
    "group-border": "actorLineColor secondaryBorderColor tertiaryBorderColor clusterBorder compositeBorder quadrantInternalBorderStrokeFill",
    "text": "primaryTextColor secondaryTextColor tertiaryTextColor textColor titleColor nodeTextColor actorTextColor signalTextColor "
    "labelTextColor loopTextColor noteTextColor taskTextColor taskTextOutsideColor taskTextLightColor taskTextDarkColor "
    "taskTextClickableColor transitionLabelColor stateLabelColor classText errorTextColor quadrant1TextFill quadrant2TextFill "
    "quadrant3TextFill quadrant4TextFill quadrantPointTextFill quadrantXAxisTextFill quadrantYAxisTextFill quadrantTitleFill",
    "line": "lineColor defaultLinkColor signalColor transitionColor arrowheadColor relationColor specialStateColor",
    "note": "noteBkgColor",
    "note-border": "noteBorderColor",
    "accent": "activeTaskBkgColor",
    "accent-border": "activeTaskBorderColor todayLineColor vertLineColor quadrantPointFill",
    "error": "errorBkgColor critBkgColor",
    "error-border": "critBorderColor",
    "done": "doneTaskBkgColor",
    "done-border": "doneTaskBorderColor",
    "grid": "gridColor",
}
ROLES = tuple(_VARIABLES)
_MARKERS = {role: f"#fe{at:02x}{at:02x}" for at, role in enumerate(ROLES, 1)}  # colours that no theme uses
_BY_MARKER = {marker: role for role, marker in _MARKERS.items()}

# What is left are colours that some families have written into their drawings; (property, colour) → role.
_LITERALS = (
    (r"(?<=fill[:=])(\"?)(?:black|#000000|#000|#333333|#333)\b", "text"),
    (r"(?<=stroke[:=])(\"?)(?:black|#000000|#000|#666|#999|#333333|#333)\b", "line"),
    (r"(?<=color:)()(?:red|black|#000000|#000|#333333|#333)\b", "text"),
    (r"(?<=fill[:=])(\"?)(?:#efefef|#eaeaea)\b", "node"),
    (r"(?<=fill[:=])(\"?)(?:white|#fff|#ffffff)\b", "bg"),
    (r"(?<=fill[:=])(\"?)#edf2ae\b", "note"),
    (r"(?<=fill[:=])(\"?)#e0e0e0\b", "group"),
    (r"(?<=[:=])(\"?)#552222\b", "error-border"),
    (r"(?<=fill[:=])(\"?)rgba?\([^)]*\)", "group"),  # `rect rgb(...)` of a sequence
)
_HEX_MARKER = re.compile(r"#fe([0-9a-f]{2})\1\b", re.IGNORECASE)
_RGB_MARKER = re.compile(r"rgba?\(254, ?(\d+), ?\1(?:, ?[\d.]+)?\)")


def theme_variables() -> dict[str, Any]:
    """Mermaid's `themeVariables`, all of them marker colours."""
    return {name: _MARKERS[role] for role, names in _VARIABLES.items() for name in names.split()}


def follow(svg: str) -> str:
    """The drawing with every colour replaced by the variable of its role, `var(--dg-<role>)`."""
    svg = _HEX_MARKER.sub(lambda match: _variable(_BY_MARKER.get(match.group().lower(), "line")), svg)
    svg = _RGB_MARKER.sub(lambda match: _variable(_BY_MARKER.get(f"#fe{int(match[1]):02x}{int(match[1]):02x}", "line")), svg)
    for pattern, role in _LITERALS:
        svg = re.sub(pattern, rf"\g<1>{_variable(role)}", svg, flags=re.IGNORECASE)
    return svg


def _variable(role: str) -> str:
    return f"var(--dg-{role})"
