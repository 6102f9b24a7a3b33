"""What the reader of docs/{{guide}}.md is meant to see in its labs."""

from __future__ import annotations

import pytest
