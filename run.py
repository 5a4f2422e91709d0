#!/usr/bin/env python3
"""The one command: `python3 run.py` shows the demo, `python3 run.py test` runs the tests.

Needs nothing but Python 3.11 or newer with venv. Makes .venv beside this file, installs what the locks pin, and
installs again only when something it was made from has changed. Written so that older Pythons can read it and say
what is missing.
"""

from __future__ import print_function

import hashlib
import json
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ["python3.14", "python3.13", "python3.12", "python3.11"]
HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "ordskifte-installed.json")
MANIFEST = os.path.join(HERE, "web", "static", "vendor", "manifest.json")
BYTECODE = os.path.join(HERE, ".cache", "bytecode")

USAGE = """\
python3 run.py [ARGUMENTS]        show the demo; the arguments are those of `ordskifte demo` (see `run.py --help`)
python3 run.py test [ARGUMENTS]   run the tests; the arguments are pytest's
"""


def main(arguments):
    """Make the environment ready and start what was asked for. Gives the exit status."""
    if sys.version_info < OLDEST:
        return with_a_newer_python(arguments)
    trouble = what_is_missing()
    if trouble:
        return say(trouble)
    testing = arguments[:1] == ["test"]
    try:
        install(testing)
    except Trouble as error:
        return say(str(error))
    if testing:
        return start([PYTHON, "-m", "pytest"] + test_arguments(arguments[1:]), HERE)
    if arguments in (["-h"], ["--help"]):
        print(USAGE)
    return start([os.path.join(BIN, "ordskifte"), "demo"] + arguments, os.getcwd())


def test_arguments(arguments):
    """The whole suite goes on one process more than there are cores, since some wait; whoever names tests or options decides alone."""
    return arguments or ["-n", str(min(4, (os.cpu_count() or 1) + 1)), "--dist", "loadgroup"]


# What must be there before anything can be made.


class Trouble(Exception):
    """Something a person must put right; the message says how."""


def say(sentence):
    """Say what is wrong, and give the exit status for it."""
    print(sentence, file=sys.stderr)
    return 1


def with_a_newer_python(arguments):
    """This Python is too old: hand over to a newer one, or say how to get it."""
    for name in NEWER:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            found = os.path.join(folder, name)
            if os.path.isfile(found) and os.access(found, os.X_OK):
                if subprocess.call([found, "-c", "import venv, ensurepip"], stderr=subprocess.PIPE) == 0:
                    return subprocess.call([found, os.path.abspath(__file__)] + arguments)
    return say(
        "Ordskifte needs Python %d.%d or newer, and this is Python %d.%d. Install a newer one (Windows and macOS: from "
        "python.org; Debian and Ubuntu: `sudo apt install python3 python3-venv`, or a newer release of the system), "
        "then run: python3 run.py" % (OLDEST + tuple(sys.version_info[:2]))
    )


def what_is_missing():
    """A sentence on what this Python lacks, or None."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return (
            "This Python has no venv module, which Ordskifte is installed with. On Debian and Ubuntu: "
            "`sudo apt install python%d.%d-venv`; on others, install the full Python. Then run this again."
            % tuple(sys.version_info[:2])
        )
    return None


# The environment: what it is made from, and whether it still is.


def install(testing):
    """Bring .venv up to date with the locks and the tree. Does nothing when it is."""
    had = read_stamp()
    if had.get("base") != base() or not works():
        had = {}
        make_environment()
    steps = [
        ("runtime", ["requirements.lock"], ["--require-hashes", "--no-deps", "-r", "requirements.lock"]),
        ("project", project_inputs(), ["--no-deps", "--editable", "."]),
    ]
    if testing:
        lock = ["requirements-test.lock"]
        steps.append(("test", lock, ["--require-hashes", "--no-deps", "-r", lock[0]]))
    if had.get("packages") != installed_packages():
        had = {"base": base()}
    for name, inputs, arguments in steps:
        wanted = fingerprint(inputs)
        if had.get(name) == wanted and (name != "project" or os.path.isfile(MANIFEST)):
            continue
        write_stamp({key: value for key, value in had.items() if key != name})
        pip_install(name, arguments)
        had.update({name: wanted, "packages": installed_packages()})
        write_stamp(had)


def base():
    """What an environment cannot be moved between: the place and the Python."""
    return [HERE, sys.version, sys.base_prefix]


def works():
    """Whether the environment's Python starts and has pip."""
    if not os.path.isfile(PYTHON):
        return False
    return subprocess.call([PYTHON, "-c", "import pip"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) == 0


def make_environment():
    """Make .venv, over whatever may lie there."""
    if os.path.realpath(sys.prefix) == os.path.realpath(VENV):
        return  # started with the environment's own Python, which cannot make itself anew
    print("Making an environment of its own for Ordskifte in .venv ...")
    sys.stdout.flush()
    if subprocess.call([sys.executable, "-m", "venv", "--clear", VENV]) != 0:
        raise Trouble("Python could not make an environment in %s (its own words are above)." % VENV)


def pip_install(name, arguments):
    """Install one of the steps with pip, under the user's own pip settings."""
    what = {
        "runtime": "Installing what Ordskifte is built on (the first time this takes about half a minute) ...",
        "project": "Installing Ordskifte itself, with what the browser needs ...",
        "test": "Installing what the tests need ...",
    }
    print(what[name])
    sys.stdout.flush()
    # Not compiled: the first start compiles what it uses, which is far less.
    command = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--no-compile"]
    # `user = true` in somebody's pip settings would stop every installation into an environment.
    if subprocess.call(command + arguments, cwd=HERE, env=dict(environment(), PIP_USER="0")) != 0:
        raise Trouble(
            "pip could not install this; its own words are above. The first start needs the network. When that is "
            "in order, run the same command again: it goes on where it stopped."
        )


def installed_packages():
    """The names and versions in the environment: they change when another tool has been at it."""
    found = []
    for folder, folders, _ in os.walk(VENV):
        if os.path.basename(folder) == "site-packages":
            found += [name for name in folders if name.endswith(".dist-info")]
            del folders[:]
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()


def project_inputs():
    """The files that decide how the project is built into the environment."""
    inputs = ["pyproject.toml", "hatch_build.py", "package.json", "package-lock.json", "web/assets.py", "web/icons.txt"]
    for folder, _, names in os.walk(os.path.join(HERE, "web", "translations")):
        inputs += [os.path.relpath(os.path.join(folder, name), HERE) for name in names if name.endswith(".po")]
    return sorted(inputs)


def fingerprint(names):
    """One hash over the files' names and contents."""
    digest = hashlib.sha256()
    for name in names:
        with open(os.path.join(HERE, name), "rb") as stream:
            digest.update(name.encode() + b"\0" + stream.read() + b"\0")
    return digest.hexdigest()


def read_stamp():
    """What was installed last time, or nothing."""
    try:
        with open(STAMP) as stream:
            return json.load(stream)
    except (IOError, OSError, ValueError):
        return {}


def write_stamp(had):
    """Remember what is installed. Written before a step without it: one that is broken off must not look whole."""
    with open(STAMP, "w") as stream:
        json.dump(had, stream)


def environment():
    """The environment of what we start. Python keeps what it compiles: out of the sources, where somebody wants none of it there."""
    given = dict(os.environ)
    if given.pop("PYTHONDONTWRITEBYTECODE", None):
        given.setdefault("PYTHONPYCACHEPREFIX", BYTECODE)
    return given


def start(command, folder):
    """Start the command in place of this one, where the system can; else wait for it."""
    os.chdir(folder)
    sys.stdout.flush()
    if os.name == "nt":
        command[0] = shutil.which(command[0]) or command[0]
        try:
            return subprocess.call(command, env=environment())
        except KeyboardInterrupt:
            return 130
    os.execve(command[0], command, environment())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
