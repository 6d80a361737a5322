"""Where things lie."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def build_directory():
    """The build tree: INVAR_BUILD, or build/ in the repository."""
    return Path(os.environ.get("INVAR_BUILD", ROOT / "build"))


def program(name):
    """The path of a built program; an environment variable such as INVAR_BIN or LOKI_SINK_BIN overrides it."""
    chosen = os.environ.get(name.upper() + "_BIN")
    if chosen:
        return Path(chosen)
    places = [build_directory() / "bin" / name, build_directory() / "src" / "cli" / name]
    return next((place for place in places if place.exists()), places[0])


def shared_directory():
    """The directory of recorded facts beside the repository, or None: INVAR_SHARED, or ../shared."""
    place = Path(os.environ.get("INVAR_SHARED", ROOT.parent / "shared"))
    return place if place.is_dir() else None
