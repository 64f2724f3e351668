"""Join the parts of the stylesheet into the one file that pages load.

`python -m ogniwo.web.components.css` writes it; a test compares it with the parts.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"
WHOLE = FOLDER / "ogniwo.css"
PART = re.compile(r'^@import url\("([a-z/]+\.css)"\);$', re.MULTILINE)


def joined() -> str:
    """The line with the order of layers, then every part in the order of `index.css`."""
    index = (FOLDER / "index.css").read_text(encoding="utf-8")
    layers = next(line for line in index.splitlines() if line.startswith("@layer"))
    parts = [(FOLDER / name).read_text(encoding="utf-8") for name in PART.findall(index)]
    return "\n".join([layers, *parts])


if __name__ == "__main__":
    WHOLE.write_text(joined(), encoding="utf-8")
