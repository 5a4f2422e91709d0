"""The build hook: whatever is built or installed from this tree has the browser's files and the compiled translations.

Knows hatchling. What is brought, from where and how is decided in web/assets.py, which is loaded by its path, since
the web package itself needs more than a build has.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class OrdskifteHook(BuildHookInterface[Any]):
    """Run by hatchling before a wheel (editable or not) or a source archive is put together."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a Python package, only where files must be brought and the machine has no npm."""
        assets = _assets(Path(self.root))
        if assets.missing() is None or assets.npm_command() is not None:
            return []
        return [assets.WITHOUT_MACHINES_NPM]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring what is missing."""
        assets = _assets(Path(self.root))
        assets.bring(Path(self.root))
        assets.compile_translations()


def _assets(root: Path) -> ModuleType:
    name = "ordskifte_web_assets"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, root / "web" / "assets.py")
    if spec is None or spec.loader is None:
        raise RuntimeError("web/assets.py is missing: the tree is not whole")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
