"""The renderer of Mermaid, merman, told about our font and our sizes; the only module that knows it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from guidebook import metrics, palette

try:
    import merman
except ImportError:  # there are wheels for Linux x86-64, macOS arm64 and Windows x64 only
    merman = None

FONT = "Arial, Helvetica, sans-serif"


def available() -> bool:
    """Whether diagrams can be drawn on this platform."""
    return merman is not None


def render(source: str, name: str) -> str:
    """The SVG as the renderer gives it, all ids starting with `name`. Raises ValueError if the source is wrong."""
    try:
        return _engine().render_svg(source, json.dumps({"svg": {"diagram_id": name}}))
    except merman.MermanError as error:
        raise ValueError(getattr(error, "message", str(error))) from error


def error(source: str) -> tuple[str, int]:
    """(message, offset in UTF-8 bytes) of the first error in a source that `render` refuses."""
    found = json.loads(_engine().analyze_json(source, None)).get("diagnostics", [])
    first = next((one for one in found if one["severity"] == "error"), {"message": "the renderer gives no reason"})
    return first["message"], first.get("span", {}).get("byte_start", 0)


@lru_cache(maxsize=1)
def _engine() -> Any:
    services = merman.MermanEngineServices().with_text_measurer(_measurer())
    return merman.MermanEngine(options_json=json.dumps({"site_config": _site_config()}), services=services)


def _site_config() -> dict[str, Any]:
    return {
        "theme": "base",
        "look": "classic",
        "fontFamily": FONT,
        "themeVariables": {**palette.theme_variables(), "fontFamily": FONT},
        "flowchart": {"nodeSpacing": 36, "rankSpacing": 40},
        "sequence": {"wrap": True, "diagramMarginX": 8, "actorMargin": 28, "width": 124},
        "gantt": {"useWidth": 680, "fontSize": 14, "sectionFontSize": 14, "barHeight": 26, "leftPadding": 90, "topPadding": 56},
        "quadrantChart": {"chartWidth": 450, "chartHeight": 450, "pointLabelFontSize": 14},
        "packet": {"bitWidth": 22, "rowHeight": 40},
    }


def _measurer() -> Any:
    """Answers for the widths; heights and offsets stay the renderer's (None)."""
    operation, kind = merman.MermanTextMeasurementOperation, merman.MermanTextMeasurementResultKind
    blocks = {operation.WRAPPED, operation.MERMAID_CALCULATE_TEXT_DIMENSIONS}
    lines = {operation.CANVAS_MEASURE_TEXT_WIDTH, operation.RAW_B_BOX_WIDTH, operation.TSPAN_B_BOX_WIDTH, operation.COMPUTED_LENGTH}

    class Measurer(merman.MermanTextMeasurer):
        def measure(self, request: Any) -> Any:
            bold = (request.font_weight or "") in ("bold", "bolder", "600", "700")
            if request.operation in lines:
                length = metrics.width(request.text, request.font_size, bold)
                return _result(kind.LENGTH, length=length)
            if request.operation in blocks:
                width, count = metrics.wrapped(request.text, request.font_size, bold, request.max_width)
                return _result(kind.METRICS, width=width, height=count * request.line_height, line_count=count)
            return None

    return Measurer()


def _result(kind: Any, width: float = 0, height: float = 0, length: float = 0, line_count: int = 1) -> Any:
    return merman.MermanTextMeasureResult(
        result_kind=kind, width=width, height=height, length=length, line_count=line_count, bbox_left=None, bbox_right=None, raw_width=None
    )
